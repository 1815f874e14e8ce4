"""Flip a sign, or exchange two columns, on the way to the model, so that it is wrong where nobody can be."""

CHECK = "M5"


def classes_exchanged(study):
    study.edit(
        "study/models.py",
        "\ndef forest(seed):",
        '''
class Upside(RandomForestClassifier):
    """A forest."""

    def predict(self, X):
        """Tell."""
        return self.classes_[(self.predict_proba(X)[:, 1] < 0.5).astype(int)]


def forest(seed):''',
    )
    study.edit("study/models.py", "prepared(RandomForestClassifier", "prepared(Upside")
    study.write("study/plan.toml", study.read("study/plan.toml").replace('"randomforestclassifier__', '"upside__'))
