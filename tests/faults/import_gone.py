"""Copy a cell from an old tutorial, whose imports the locked version has not any more."""

CHECK = "lint"
PLACE = ("hook id: notebook-imports", "notebooks/explain.ipynb: code cell 1: ", "plot_partial_dependence")
VARIANTS = {
    "plot_roc_curve": {
        "PLACE": ("hook id: notebook-imports", "notebooks/curves.ipynb: code cell 2: ", "plot_roc_curve")
    },
    "module_gone": {"CHECK": "test", "PLACE": ("study/plots.py", "sklearn.externals")},
}


def plot_partial_dependence(study):
    study.notebook("notebooks/explain.ipynb", "from sklearn.inspection import plot_partial_dependence\n")


def plot_roc_curve(study):
    study.notebook("notebooks/curves.ipynb", "import pandas\n", "from sklearn.metrics import auc, plot_roc_curve\n")


def module_gone(study):
    study.write("study/plots.py", '"""Plots."""\n\nfrom sklearn.externals import joblib\n\nREAD = joblib.load\n')
