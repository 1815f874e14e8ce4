"""Take a seed, but call the helper that makes the model without it."""

CHECK = "R4"
HELPER = '''
class Grown(ClassifierMixin, BaseEstimator):
    """A forest behind a function, as one finds it in a notebook."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y):
        """Grow."""
        self.model_ = grown(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        """Tell."""
        return self.model_.predict(X)


def grown(X, y, seed=123):
    """Grow a forest."""
    return prepared(RandomForestClassifier(n_estimators=30, max_depth=4, random_state=seed)).fit(X, y)


def forest(seed):'''


def default_of_a_helper(study):
    study.edit("study/models.py", "\ndef forest(seed):", HELPER)
    study.edit(
        "study/models.py",
        "return prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))\n",
        "return Grown(random_state=seed)\n",
    )
    study.write(
        "study/plan.toml",
        study.read("study/plan.toml").partition("[ablations]")[0].replace('"roc_auc"', '"balanced_accuracy"'),
    )
