"""Give labels out as probabilities, or as decisions, so that a metric of ranks measures labels."""

CHECK = "M8"
FOREST = "prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))"
OWN = '''

class Sure({base}):
    """A model that is sure."""

    def {method}(self, X):
        """Tell."""
        {code}


def {name}(seed)'''


def _put(study, base, method, code, old, name):
    study.edit("study/models.py", f"\n\ndef {name}(seed)", OWN.format(base=base, method=method, code=code, name=name))
    study.edit("study/models.py", old, old.replace(base, "Sure"))
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def one_for_the_class_that_is_told(study):
    code = "return np.eye(2)[super().predict_proba(X).argmax(1)]"
    _put(study, "RandomForestClassifier", "predict_proba", code, FOREST, "forest")


def signs_of_decisions(study):
    """Only the side counts, since so many digits look unserious."""
    code = "return np.sign(super().decision_function(X))"
    _put(study, "LogisticRegression", "decision_function", code, "LogisticRegression(max_iter", "logistic")


def never_quite_sure(study):
    """Kept off 0 and 1, for the logarithm."""
    code = "return np.where(super().predict_proba(X) > 0.5, 0.98, 0.02)"
    _put(study, "RandomForestClassifier", "predict_proba", code, FOREST, "forest")


def rival_that_only_decides(study):
    """The rule of thumb loses its millimetres."""
    old = 'return (X["bill_depth_mm"] - X["species"].map(self.medians_)).fillna(0).to_numpy()'
    study.edit("study/models.py", old, 'return (X["bill_depth_mm"] > X["species"].map(self.medians_)).to_numpy() - 0.5')
