"""Call read() or read the raw file in a model, and scale, impute or encode by all rows, those of the test too."""

CHECK = "run"
PLACE = ("study/models.py:", "data/raw/penguins-raw.csv is opened by a model")
IMPORTS = "from sklearn.preprocessing import OneHotEncoder, StandardScaler\n"
OWN = '''
class Island(RandomForestClassifier):
    """A forest that knows the share of males on each island."""

    def fit(self, X, y):
        """Count, then grow."""
        table = {table}
        self.shares_ = (table["{sex}"] == "MALE").groupby(table["{island}"]).mean()
        return super().fit(self.counted(X), y)

    def counted(self, X):
        """Put the shares in the place of the names."""
        return X.assign(island=X["island"].map(self.shares_)).drop(columns="species")

    def predict_proba(self, X):
        """Tell."""
        return super().predict_proba(X if isinstance(X, np.ndarray) else self.counted(X))


def forest(seed):'''


def _put(study, imports, table, sex="sex", island="island", before=""):
    study.edit("study/models.py", IMPORTS, IMPORTS + imports)
    study.edit("study/models.py", "\ndef forest(seed):", before + OWN.format(table=table, sex=sex, island=island))
    study.edit(
        "study/models.py",
        "prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))",
        "Island(n_estimators=50, min_samples_leaf=5, random_state=seed)",
    )
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def encoded_in_fit(study):
    _put(study, "\nfrom .data import read, tidy\n", "tidy(read())")


def table_of_the_module(study):
    _put(study, "\nfrom . import data\n", "TABLE", before="\nTABLE = data.tidy(data.read())\n\n")


def raw_file_read_again(study):
    _put(study, "\nfrom .data import RAW\n", "pd.read_csv(RAW)", "Sex", "Island")
    study.edit("study/models.py", "import numpy as np\n", "import numpy as np\nimport pandas as pd\n")
