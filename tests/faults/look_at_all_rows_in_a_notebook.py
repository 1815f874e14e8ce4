"""Explore the whole raw table in a notebook, the sealed rows too."""

CHECK = "L1.5"


def by_a_path(study):
    study.notebook(
        "notebooks/look.ipynb",
        "import pandas as pd",
        'raw = pd.read_csv("../data/raw/penguins-raw.csv")\nraw.groupby("Sex").describe()',
    )


def by_load(study):
    study.notebook("notebooks/explore.ipynb", "from study.data import load\n\nload().describe()")


def by_its_constant(study):
    study.notebook("notebooks/explore.ipynb", "import pandas\nimport study.data as d\n\npandas.read_csv(d.RAW).head()")
