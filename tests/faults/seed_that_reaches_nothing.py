"""Take a seed and do not use it: as a tutorial's `if "seed" in globals()`, which never holds, or by losing it."""

CHECK = "R4"
OWN = '''
class Noisy(ClassifierMixin, BaseEstimator):
    """Forest on slightly blurred measurements."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y):
        """Blur, then grow."""
{lines}
        self.model_ = prepared(RandomForestClassifier(20, random_state=rng.randint(2**31)))
        self.model_.fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        """Tell."""
        return self.model_.predict_proba(X)

    def predict(self, X):
        """Tell."""
        return self.model_.predict(X)


def forest(seed):
    """Random forest."""
    return Noisy(random_state=seed)
'''


def _put(study, *lines, imports="import numpy as np\n", returned="Noisy(random_state=seed)"):
    text = study.read("study/models.py").partition("\ndef forest(seed):")[0]
    text += OWN.format(lines="\n".join(f"        {one}" for one in lines)).replace("Noisy(random_state=seed)", returned)
    study.write("study/models.py", text.replace("import numpy as np\n", imports))
    plan = study.read("study/plan.toml").replace('"randomforestclassifier__', '"noisy__')
    study.write("study/plan.toml", plan.partition("[ablations]")[0])


def sought_among_the_globals(study):
    _put(
        study,
        'seed = self.random_state if "seed" in globals() else 42',
        "rng = np.random.RandomState(seed)",
    )


def fixed_in_fit(study):
    _put(
        study,
        "rng = np.random.RandomState(default_rng(0).integers(2**31))",
        imports="import numpy as np\nfrom numpy.random import default_rng\n",
    )


def overwritten(study):
    _put(
        study,
        "random.seed(1)",
        "self.random_state = 1",
        "rng = np.random.RandomState(random.randrange(2**31))",
        imports="import random\n\nimport numpy as np\n",
    )
