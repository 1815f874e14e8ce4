"""Explore the whole raw table in a notebook, the sealed rows too."""

CHECK = "lint"
PLACE = ("hook id: notebook-rows", "notebooks/look.ipynb:", "data/raw/penguins-raw.csv")
VARIANTS = {
    "by_load": {"PLACE": ("hook id: notebook-rows", "notebooks/explore.ipynb:8:", "from study.data import read")},
    "by_its_constant": {"PLACE": ("hook id: notebook-rows", "notebooks/explore.ipynb:9:", "import study.data as d")},
}


def by_a_path(study):
    study.notebook(
        "notebooks/look.ipynb",
        "import pandas as pd",
        'raw = pd.read_csv("../data/raw/penguins-raw.csv")\nraw.groupby("Sex").describe()',
    )


def by_load(study):
    study.notebook("notebooks/explore.ipynb", "from study.data import read\n\nread().describe()")


def by_its_constant(study):
    study.notebook("notebooks/explore.ipynb", "import pandas\nimport study.data as d\n\npandas.read_csv(d.RAW).head()")
