"""Tell of a metric that the plan does not name, since it looks better."""

CHECK = "lint"
PLACE = ("TID251", "notebooks/more.ipynb:cell 1:2:", "sklearn.metrics")
MISSED = {
    "in_the_readme": "A number beside a metric that the plan does not name has nothing to be compared with.",
    "in_a_side_script": "A score in a module of study/ may belong to a model; linters do not know which modules models use.",
}


def in_the_readme(study):
    study.append("README.md", "\nThe forest reaches an accuracy of 0.93 [0.91, 0.95].\n")


def in_a_notebook(study):
    study.notebook(
        "notebooks/more.ipynb",
        "import pandas as pd\nfrom sklearn.metrics import matthews_corrcoef\n",
        "print(matthews_corrcoef([0, 1], [0, 1]))\n",
    )


def in_a_side_script(study):
    study.write(
        "study/extra.py",
        '"""More numbers."""\n\nfrom sklearn import metrics\n\n\ndef f1(truth, said):\n    """F1."""\n'
        "    return metrics.f1_score(truth, said)\n",
    )
