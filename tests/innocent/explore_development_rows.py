"""Look in a notebook at results, and at the development rows alone."""

LINT = True


def of_the_raw_table(study):
    study.notebook(
        "notebooks/explore.ipynb",
        "import pandas as pd\n\nfrom study import data",
        'splits = pd.read_csv("../results/splits.csv", index_col="row")\n'
        'table = data.tidy(data.read()).loc[splits.index[splits["part"] == "development"]]\ntable.describe()',
    )


def of_the_scores(study):
    study.notebook(
        "notebooks/look.ipynb",
        'import pandas as pd\n\nwith open("../results/run.json") as file:\n    text = file.read()',
        'pd.read_csv("../results/scores.csv")',
    )
