"""Copy a cell from an old tutorial, whose imports the locked version has not any more."""

CHECK = "E7"


def plot_partial_dependence(study):
    study.notebook("notebooks/explain.ipynb", "from sklearn.inspection import plot_partial_dependence\n")


def boston(study):
    study.notebook("notebooks/houses.ipynb", "import pandas\n", "from sklearn.datasets import load_boston\n")


def module_gone(study):
    study.write("study/plots.py", '"""Plots."""\n\nfrom sklearn.externals import joblib\n\nREAD = joblib.load\n')
