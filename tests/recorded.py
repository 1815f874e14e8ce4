"""A run to replay: a study whose model shows the number of threads and the version of a package in its last digits."""

import json
import shutil

import conftest
from conftest import commit_all, run, short_plan

CODES = {"identical": 0, "within tolerance": 3, "outside": 4, "not comparable": 5}
# A ridge regression by LAPACK, with as many threads as it is told: the limit of the harness is taken back. One version
# of a package that it uses scales its features as no other does.
SOLVED = '''

SCALE = 100 if int(packaging.__version__.split(".")[0]) >= 26 else 1

class Solved(ClassifierMixin, BaseEstimator):
    """Ridge regression on many random features."""

    def __init__(self, seed=0):
        self.seed = seed

    def features(self, X):
        numbers = X.select_dtypes("number").fillna(0).to_numpy()
        drawn = np.random.default_rng(self.seed).normal(size=(numbers.shape[1], 800))
        return np.cos(numbers @ drawn / SCALE)

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        with threadpool_limits(int(os.environ.get("OMP_NUM_THREADS", "1"))):
            A, b = self.features(X), (y == self.classes_[1]) * 1.0
            self.beta_ = np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ b)
        return self

    def predict_proba(self, X):
        one = np.clip(self.features(X) @ self.beta_, 0.001, 0.999)
        return np.column_stack([1 - one, one])

    def predict(self, X):
        return self.classes_[(self.predict_proba(X)[:, 1] > 0.5) * 1]


def solved(seed):
    """Build it."""
    return Solved(seed)
'''


def harness(folder, python, *arguments, env, **variables):
    done = conftest.harness(folder, python, *arguments, env=env, check=False, **variables)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def edit(folder, name, *pairs):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, (name, old)
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def record(folder, python, hub):
    """Make a study one with a small plan, commit it, run it with one thread; return the id of the run."""
    short_plan(folder)
    edit(folder, "study/plan.toml", ('linear = "logistic"', 'linear = "solved"'), ("row_order", "initialisation"))
    models = (folder / "study" / "models.py").read_text(encoding="utf-8") + SOLVED
    models = models.replace("import numpy as np\n", "import os\n\nimport numpy as np\nimport packaging\n", 1)
    models = models.replace("StandardScaler\n", "StandardScaler\nfrom threadpoolctl import threadpool_limits\n", 1)
    (folder / "study" / "models.py").write_text(models, encoding="utf-8")
    edit(folder, "requirements/study.in", ("scikit-learn", "packaging\nscikit-learn\nthreadpoolctl"))
    run(python, "-m", "harness", "lock", cwd=folder, env=hub)
    commit_all(folder, "A small plan", hub)
    code, said = harness(folder, python, "run", "--workers", "1", env=hub, OMP_NUM_THREADS="1")
    assert code == 0, said
    (path,) = folder.glob("runs/*/run.json")
    return path.parent.name


def replayer(recorded, python, hub, place):
    """Copy the recorded study to change it; return it with a function that replays it and tells what was recorded."""
    folder = shutil.copytree(recorded[0], place / "study", symlinks=True)

    def replay(*options, **variables):
        before = set(folder.glob("runs/*"))
        variables = {"OMP_NUM_THREADS": "1"} | variables
        code, said = harness(folder, python, "replay", recorded[1], *options, env=hub, **variables)
        (made,) = set(folder.glob("runs/*")) - before
        found = json.loads((made / "replay.json").read_text(encoding="utf-8"))
        assert code == CODES[found["status"]] and f"replay: {found['status']}" in said, said
        assert json.loads((made / "run.json").read_text(encoding="utf-8"))["replay_of"] == recorded[1]
        return found, said

    return folder, replay
