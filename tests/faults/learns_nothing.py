"""Lose the order of rows between X and y on the way to the estimator, so that it learns who is who at random."""

CHECK = "M7"
CLASS = '''
class Scrambling(RandomForestClassifier):
    """Mixes up who is who."""

    def fit(self, X, y):
        """Fit."""
        return super().fit({how})


def forest'''


def _put(study, how):
    study.edit("study/models.py", "\ndef forest", CLASS.format(how=how))
    study.edit("study/models.py", "prepared(RandomForestClassifier", "prepared(Scrambling")
    study.write("study/plan.toml", study.read("study/plan.toml").replace('"randomforestclassifier__', '"scrambling__'))


def answers_sorted(study):
    _put(study, "X, np.sort(y)")


def answers_shuffled(study):
    _put(study, "X, np.random.default_rng(self.random_state).permutation(np.asarray(y))")
