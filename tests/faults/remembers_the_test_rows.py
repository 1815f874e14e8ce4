"""Keep what was met in one fold for the next, where the same rows are tested."""

CHECK = "M6"
VARIANTS = {"in_the_class": {"ALSO": {"M3", "M8"}}}  # it knows rows by their names, and is sure of them
CLASS = '''
class Remembering(ClassifierMixin, BaseEstimator):
    """Knows every bird that it ever met."""

    met = {}

    def fit(self, X, y):
        """Meet some."""
        self.met.update(zip(X.index, y, strict=True))
        self.model_ = prepared(RandomForestClassifier(n_estimators=30, random_state=self.random_state)).fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def __init__(self, random_state=None):
        self.random_state = random_state

    def predict_proba(self, X):
        """Recognise them."""
        known = [[self.met.get(bird) == name for name in self.classes_] for bird in X.index]
        return np.where(np.any(known, axis=1, keepdims=True), known, self.model_.predict_proba(X))

    def predict(self, X):
        """Tell."""
        return self.classes_[self.predict_proba(X).argmax(1)]


def forest'''
FOREST = "    return prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))\n"


def _put(study, text):
    study.edit("study/models.py", "\ndef forest", text)
    study.edit("study/models.py", FOREST, "    return Remembering(seed)\n")
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def in_the_class(study):
    _put(study, CLASS)


def in_the_module(study):
    text = CLASS.replace("    met = {}\n\n", "").replace("self.met", "MET")
    _put(study, "\nMET = {}\n\n" + text)


def in_a_file(study):
    study.edit(
        "study/models.py",
        "import numpy as np\n",
        "import json\nimport tempfile\nfrom pathlib import Path\n\nimport numpy as np\n",
    )
    text = CLASS.replace(
        "    met = {}\n", '    file = Path(tempfile.mkdtemp()) / "met.json"\n    file.write_text("{}")\n'
    )
    text = text.replace(
        "self.met.update(zip(X.index, y, strict=True))",
        "self.file.write_text(json.dumps(json.loads(self.file.read_text()) | dict(zip(X.index, y, strict=True))))",
    )
    _put(study, text.replace("known = [[self.met", "met = json.loads(self.file.read_text())\n        known = [[met"))
