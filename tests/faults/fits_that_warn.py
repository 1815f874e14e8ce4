"""Compare a model that was stopped before it had converged, and let nobody hear of it."""

CHECK = "F1"
LOGISTIC = "    return prepared(LogisticRegression(max_iter=1000, random_state=seed))\n"


def _accept(study):
    study.quick()
    study.accept(study.run_id())


def too_few_iterations(study):
    study.edit("study/models.py", LOGISTIC, "    return prepared(LogisticRegression(max_iter=3, random_state=seed))\n")
    _accept(study)


def silenced(study):
    """The warning is filtered while the model is fitted."""
    study.edit(
        "study/models.py",
        LOGISTIC,
        '    """Logistic regression, quiet."""\n    return prepared(Quiet(max_iter=3, random_state=seed))\n',
    )
    study.edit(
        "study/models.py",
        "def logistic(seed):\n",
        "class Quiet(LogisticRegression):\n"
        '    """No word while it is fitted."""\n\n'
        "    def fit(self, X, y):\n"
        '        """Fit it in silence."""\n'
        "        with warnings.catch_warnings():\n"
        '            warnings.simplefilter("ignore")\n'
        "            return super().fit(X, y)\n\n\n"
        "def logistic(seed):\n",
    )
    study.edit("study/models.py", "import numpy as np\n", "import warnings\n\nimport numpy as np\n")
    _accept(study)


def rival_by_gradient_descent(study):
    study.edit(
        "study/models.py",
        "    return prepared(LinearDiscriminantAnalysis())\n",
        "    return prepared(MLPClassifier(max_iter=5, random_state=seed))\n",
    )
    study.edit(
        "study/models.py",
        "from sklearn.pipeline",
        "from sklearn.neural_network import MLPClassifier\nfrom sklearn.pipeline",
    )
    _accept(study)
