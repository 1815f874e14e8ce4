"""Keep what a model learned, or what is known beforehand, in ways that look like knowing the rows."""

REFIT = True
FOREST = "prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))"


def _model(study, new, imports=""):
    study.edit("study/models.py", "import numpy as np\n", f"{imports}import numpy as np\n")
    study.edit("study/models.py", FOREST, new)
    plan = study.read("study/plan.toml")
    study.write("study/plan.toml", plan.partition("[ablations]")[0])


def pipeline_that_memoises(study):
    """What was prepared for the same rows is kept in a folder."""
    new = FOREST + '.set_params(memory=str(Path(tempfile.gettempdir()) / "prepared"))'
    _model(study, new, "import tempfile\nfrom pathlib import Path\n\n")


def trees_whose_leaves_are_pure(study):
    """Probabilities of a tree that is grown to its ends are 0 and 1."""
    _model(study, "prepared(DecisionTreeClassifier(random_state=seed))")
    study.edit(
        "study/models.py",
        "from sklearn.preprocessing import OneHotEncoder, StandardScaler\n",
        "from sklearn.preprocessing import OneHotEncoder, StandardScaler\n"
        "from sklearn.tree import DecisionTreeClassifier\n",
    )


def the_nearest_bird(study):
    """One neighbour: its probabilities are 0 and 1, too."""
    _model(study, "prepared(KNeighborsClassifier(n_neighbors=1))")
    study.edit(
        "study/models.py",
        "from sklearn.pipeline import make_pipeline\n",
        "from sklearn.neighbors import KNeighborsClassifier\nfrom sklearn.pipeline import make_pipeline\n",
    )


def calibrated_to_extremes(study):
    """Calibrated by isotonic steps, many probabilities are 0 or 1."""
    _model(study, 'prepared(CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=3))')
    study.edit(
        "study/models.py",
        "from sklearn.compose import make_column_selector",
        "from sklearn.calibration import CalibratedClassifierCV\nfrom sklearn.compose import make_column_selector",
    )
    study.edit(
        "study/models.py",
        "from sklearn.pipeline import make_pipeline\n",
        "from sklearn.naive_bayes import GaussianNB\nfrom sklearn.pipeline import make_pipeline\n",
    )


def settings_in_a_file(study):
    """A file beside the model holds its settings."""
    study.write("study/settings.json", '{"n_estimators": 50, "min_samples_leaf": 5}\n')
    settings = '**json.loads(Path(__file__).with_name("settings.json").read_text("utf-8"))'
    new = f"prepared(RandomForestClassifier({settings}, random_state=seed))"
    _model(study, new, "import json\nfrom pathlib import Path\n\n")


def joined_by_name_in_tidy(study):
    """The mass comes from a table of its own, joined by the bird's name."""
    study.edit(
        "study/data.py",
        "    return table.set_index(pd.Index(",
        '    table.index = names = pd.Index(year_and_species + raw["Individual ID"], name="bird")\n'
        '    masses = table[["body_mass_g"]].copy()\n'
        '    table = table.drop(columns="body_mass_g").join(masses)\n'
        "    assert table.index.equals(names)\n"
        "    return table.reset_index(drop=True).set_index(pd.Index(",
    )


def measured_again_in_the_nest(study):
    """Some birds were measured twice; the nest holds both rows."""
    raw = study.read("data/raw/penguins-raw.csv").splitlines()
    again = [line.replace("A1,", "A3,").replace(",3750,", ",3752,") for line in raw[1:40:4]]
    study.write("data/raw/penguins-raw.csv", "\n".join([*raw, *again]) + "\n")
    study.harness("manifest")
