"""Let a model, or the notebook beside it, read the whole table: the rows that it is tested on too."""

CHECK = "L1.5"
MODELS = "study/models.py"


def a_scaler_of_its_own(study):
    """Means of all birds, computed when the module is imported."""
    study.edit(
        MODELS, "\n\ndef prepared(model):", '\n\nALL = load().select_dtypes("number").mean()\n\n\ndef prepared(model):'
    )
    study.edit(
        MODELS,
        "import OneHotEncoder, StandardScaler\n",
        "import OneHotEncoder, StandardScaler\n\nfrom .data import load\n",
    )


def by_the_path_of_the_file(study):
    study.edit(MODELS, "import numpy as np\n", "import numpy as np\nimport pandas as pd\n")
    study.edit(
        MODELS,
        "        self.medians_ = X",
        '        birds = pd.read_csv("data/raw/penguins-raw.csv")  # more birds, better medians\n        assert len(birds) >= len(X)\n        self.medians_ = X',
    )


def a_look_in_a_notebook(study):
    study.notebook(
        "notebooks/look.ipynb", "from study import data\n\nbirds = data.load()\nbirds.groupby('sex').describe()\n"
    )
