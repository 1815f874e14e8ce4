"""Choose the features by how well they tell the answer, on all rows, before anything is split."""

CHECK = "run"  # a plan that does not write its features down is refused
PLACE = ("study/plan.toml: [data] features: is missing",)
DATA, PLAN = "study/data.py", "study/plan.toml"
LIST = 'features = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "species", "island"]\n'
COLUMNS = """COLUMNS = {
    "Culmen Length (mm)": "bill_length_mm",
    "Culmen Depth (mm)": "bill_depth_mm",
    "Flipper Length (mm)": "flipper_length_mm",
    "Body Mass (g)": "body_mass_g",
    "Island": "island",
    "Sex": "sex",
}
"""


def the_best_three_by_correlation(study):
    chosen = "table = pd.read_csv(RAW).rename(columns=COLUMNS)\n"
    chosen += 'strength = table[MEASURED].corrwith(table["sex"].eq("MALE").astype(float)).abs()\n'
    chosen += 'FEATURES = [*strength.nlargest(3).index, "species", "island"]\n'
    study.edit(PLAN, LIST, "")
    study.edit(DATA, COLUMNS, COLUMNS + chosen)


def a_test_for_each_column(study):
    """By a helper beside data.py, with scipy."""
    helper = '"""Which columns matter."""\n\nimport pandas as pd\nfrom scipy import stats\n\n\ndef significant(path, columns):\n'
    helper += '    """Keep what differs between the sexes."""\n    birds = pd.read_csv(path)\n    kept = []\n    for raw, name in columns.items():\n'
    helper += '        groups = [rows[raw].dropna() for _, rows in birds.groupby("Sex")]\n'
    helper += "        if stats.kruskal(*groups).pvalue < 1e-9:\n            kept.append(name)\n    return kept\n"
    study.write("study/select.py", helper)
    study.edit(PLAN, LIST, "")
    study.edit(
        "study/data.py",
        "import pandera.pandas as pa\n",
        "import pandera.pandas as pa\n\nfrom .select import significant\n",
    )
    study.edit(
        DATA,
        COLUMNS,
        COLUMNS + 'FEATURES = [*significant(RAW, dict(list(COLUMNS.items())[:4])), "species", "island"]\n',
    )
    study.append("requirements/study.in", "scipy\n")
    study.run(study.python, "-m", "harness", "lock")


def by_variance_within_the_classes(study):
    chosen = 'BIRDS = pd.read_csv(RAW).rename(columns=COLUMNS)\nSPREAD = BIRDS.groupby("sex")[MEASURED].mean().diff().iloc[-1] / BIRDS[MEASURED].std()\n'
    chosen += 'FEATURES = [name for name in MEASURED if SPREAD[name] > 0.6] + ["species", "island"]\n'
    study.edit(PLAN, LIST, "")
    study.edit(DATA, COLUMNS, COLUMNS + chosen)
