"""Make a model, or a part of it, once for the whole module, so that a fold goes on with what the last one left."""

CHECK = "M1"
FOREST = "    return prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))\n"


def whole_pipeline(study):
    study.edit("study/models.py", "\n\ndef forest", "\n\nFOREST = prepared(RandomForestClassifier())\n\n\ndef forest")
    study.edit("study/models.py", FOREST, "    return FOREST.set_params(randomforestclassifier__random_state=seed)\n")


def last_step(study):
    study.edit(
        "study/models.py", "\n\ndef forest", "\n\nTREES = RandomForestClassifier(n_estimators=100)\n\n\ndef forest"
    )
    study.edit("study/models.py", FOREST, "    TREES.random_state = seed\n    return prepared(TREES)\n")


def kept_by_a_decorator(study):
    study.edit("study/models.py", "import numpy as np\n", "from functools import cache\n\nimport numpy as np\n")
    made = '@cache\ndef made():\n    """Make it."""\n    return prepared(LinearDiscriminantAnalysis())\n\n\n'
    study.edit("study/models.py", "    return prepared(LinearDiscriminantAnalysis())\n", "    return made()\n")
    study.edit("study/models.py", "def discriminant(seed):", made + "def discriminant(seed):")
