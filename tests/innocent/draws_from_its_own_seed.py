"""Write an estimator that draws random numbers, from a generator that its random_state seeds anew in each fit."""

REFIT = True
OWN = '''
class Blurred(ClassifierMixin, BaseEstimator):
    """A forest that is grown on slightly blurred measurements; its columns are chosen by a set, in a fixed order."""

    def __init__(self, blur=0.05, random_state=None):
        self.blur = blur
        self.random_state = random_state

    def fit(self, X, y):
        """Blur, then grow."""
        rng = np.random.default_rng(self.random_state)
        self.columns_ = sorted(set(X.select_dtypes("number")) - {"species"})
        numbers = X[self.columns_]
        blurred = X.assign(**(numbers + rng.normal(0, self.blur, numbers.shape) * numbers.std().to_numpy()))
        self.model_ = prepared(RandomForestClassifier(60, random_state=int(rng.integers(2**31)))).fit(blurred, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        """Tell."""
        return self.model_.predict_proba(X)

    def predict(self, X):
        """Tell."""
        return self.model_.predict(X)


def forest(seed):'''


def blurred(study):
    study.edit("study/models.py", "\ndef forest(seed):", OWN)
    study.edit(
        "study/models.py",
        "prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))",
        "Blurred(random_state=seed)",
    )
    plan = study.read("study/plan.toml").partition("[ablations]")[0]
    study.write("study/plan.toml", plan + '[ablations]\nwithout_blur = { parameter = "blur", value = 0.0 }\n')


def seeded_by_the_harness(study):
    """Seed the generators that a library draws from, whatever it is given, by the judge's own function."""
    blurred(study)
    study.edit(
        "study/models.py",
        "        rng = np.random.default_rng(self.random_state)\n",
        "        seed_everything(self.random_state)\n",
    )
    study.edit("study/models.py", "rng.normal(0, self.blur, numbers.shape)", "(random.random() - 0.5) * self.blur")
    study.edit("study/models.py", "int(rng.integers(2**31))", "random.getrandbits(31)")
    study.edit(
        "study/models.py",
        "import numpy as np\n",
        "import random\n\nimport numpy as np\nfrom harness.seeds import seed_everything\n",
    )
