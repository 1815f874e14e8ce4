"""Try a model in a notebook, where no plan, no split by groups and no record stand behind its score."""

CHECK = "lint"
PLACE = ("TID251", "notebooks/try.ipynb:cell 2:", "sklearn.model_selection.cross_val_score")
VARIANTS = {
    "fit_of_a_pipeline": {"PLACE": ("hook id: notebook-fits", "notebooks/try.ipynb:", "chosen.fit(")},
    "scaler_on_all_rows": {"PLACE": ("hook id: notebook-fits", "notebooks/look/scaled.ipynb:", ".fit_transform(")},
}
READ = """import pandas as pd
from study.data import read, tidy

part = pd.read_csv("../results/splits.csv", index_col="row")["part"]
table = tidy(read()).loc[part.index[part == "development"]].dropna()
"""


def cross_validation(study):
    code = (
        "from sklearn.dummy import DummyClassifier\nfrom sklearn.model_selection import cross_val_score as score_of\n"
    )
    study.notebook(
        "notebooks/try.ipynb", READ, code + "score_of(DummyClassifier(), table[['bill_depth_mm']], table['sex'])\n"
    )


def fit_of_a_pipeline(study):
    code = "from study import models\n\nchosen = models.forest(0)\nchosen.fit(table[['bill_depth_mm']], table['sex'])\n"
    study.notebook("notebooks/try.ipynb", READ, code)


def scaler_on_all_rows(study):
    code = "from sklearn.preprocessing import StandardScaler\n\nz = StandardScaler().fit_transform(table[['bill_depth_mm']])\n"
    study.notebook("notebooks/look/scaled.ipynb", READ, code)
