"""Real replays of one recorded run: what is said when nothing differs, and when data, code, seed, lock or plan do."""

import json
import os
import shutil

import conftest
import pytest
from conftest import BIN, commit_all, interpreter, run, short_plan

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


@pytest.fixture(scope="module")
def recorded(copy_project, python, hub, tmp_path_factory):
    """A committed study with a small plan, and the id of a run of it with one thread."""
    folder = copy_project(tmp_path_factory.mktemp("replay") / "study")
    short_plan(folder)
    edit(folder, "study/plan.toml", ('linear = "logistic"', 'linear = "solved"'), ("row_order", "initialisation"))
    models = (folder / "study" / "models.py").read_text(encoding="utf-8") + SOLVED
    models = models.replace("import numpy as np\n", "import os\n\nimport numpy as np\nimport packaging\n", 1)
    models = models.replace("StandardScaler\n", "StandardScaler\nfrom threadpoolctl import threadpool_limits\n", 1)
    (folder / "study" / "models.py").write_text(models, encoding="utf-8")
    edit(folder, "requirements/study.in", ("scikit-learn", "packaging\nscikit-learn\nthreadpoolctl"))
    run(python, "-m", "harness.upkeep.lock", cwd=folder, env=hub)
    commit_all(folder, "A small plan", hub)
    code, said = harness(folder, python, "run", "--workers", "1", env=hub, OMP_NUM_THREADS="1")
    assert code == 0, said
    (path,) = folder.glob("runs/*/run.json")
    return folder, path.parent.name


@pytest.fixture
def again(recorded, python, hub, tmp_path):
    """A copy of the recorded study to change, and a function that replays it and returns what was recorded of that."""
    folder = shutil.copytree(recorded[0], tmp_path / "study", symlinks=True)

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


@pytest.mark.slow
def test_a_fresh_clone_and_environment_give_the_same_bits(again, hub):
    folder, replay = again
    found, _ = replay()
    assert (found["status"], found["tier"], found["cause"]) == ("identical", "T1", None), found
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="not exercised: one processor has one thread")
def test_another_number_of_threads_is_within_tolerance(again):
    found, said = again[1]("--here", OMP_NUM_THREADS="2")
    assert (found["status"], found["tier"]) == ("within tolerance", "T2"), found
    assert found["cause"].startswith("threads: ") and "OMP_NUM_THREADS 1 -> 2" in said


@pytest.mark.slow
def test_another_lock_is_named(again, python, hub):
    """Its environment is built anew; there the package behaves in another way."""
    folder, replay = again
    edit(folder, "requirements/study.in", ("packaging\n", "packaging<26\n"))
    run(python, "-m", "harness.upkeep.lock", "--upgrade", "packaging", cwd=folder, env=hub)
    commit_all(folder, "An older package", hub)
    found, said = replay("--at", "HEAD")
    assert (found["status"], found["tier"]) == ("outside", "T3"), said
    assert found["cause"].startswith("lock: requirements/harness.txt") and "packaging 26" in said


@pytest.mark.slow
def test_another_python_with_the_same_packages(again, recorded, hub, tmp_path):
    """The lock chooses the same packages for 3.12 and 3.13."""
    folder, _ = again
    pythons = []
    for version in ("3.12", "3.13"):
        venv = tmp_path / version
        run(BIN / "uv", "venv", "--quiet", "--python", interpreter(version), venv, cwd=folder, env=hub)
        sync = ["pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "--python", venv / "bin/python"]
        run(BIN / "uv", *sync, "requirements/harness.txt", cwd=folder, env=hub)
        pythons.append(venv / "bin" / "python")
    shutil.rmtree(folder / "runs")
    code, said = harness(folder, pythons[0], "run", "--workers", "1", env=hub, OMP_NUM_THREADS="1")
    assert code == 0, said
    code, said = harness(folder, pythons[1], "replay", "--here", env=hub, OMP_NUM_THREADS="1")
    (path,) = folder.glob("runs/*/replay.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["status"] in ("identical", "within tolerance") and code == CODES[found["status"]], said
    assert found["tier"] == "T2" and any("Python 3.12" in line and "3.13" in line for line in found["differs"])


def test_a_run_of_what_was_not_committed_is_repeated_with_its_patch(again, python, hub):
    folder, _ = again
    edit(folder, "study/models.py", ("n_estimators=100", "n_estimators=20"))
    (folder / "study" / "helper.py").write_text("SIZE = 3\n", encoding="utf-8")
    code, said = harness(folder, python, "run", "--workers", "1", env=hub)
    assert code == 0, said
    dirty = max(path.parent.name for path in folder.glob("runs/*/run.json"))
    code, said = harness(folder, python, "replay", dirty, "--here", env=hub)
    assert code == 0 and "uncommitted.patch" in said and "replay: identical" in said, said
    with (folder / "runs" / dirty / "uncommitted.patch").open("a") as file:
        file.write("\n")
    code, said = harness(folder, python, "replay", dirty, "--here", env=hub)
    assert code == 1 and "uncommitted.patch" in said


def test_without_a_commit_there_is_nothing_to_go_back_to(again, recorded, python, hub):
    folder, _ = again
    shutil.rmtree(folder / ".git")
    code, said = harness(folder, python, "run", "--workers", "1", env=hub)
    assert code == 0, said
    bare = max(path.parent.name for path in folder.glob("runs/*/run.json"))
    code, said = harness(folder, python, "replay", bare, "--here", env=hub)
    assert code == 5 and "not comparable" in said


def test_a_signed_replay_says_whether_it_is_independent(again, recorded, python, hub):
    folder, _ = again
    for command in (["accept", recorded[1]], ["card"]):
        code, said = harness(folder, python, *command, env=hub)
        assert code == 0, said
    commit_all(folder, "Accept", hub)
    code, said = harness(folder, python, "replay", "--here", "--sign", "Grace Hopper", env=hub, OMP_NUM_THREADS="1")
    assert code == 0, said
    entry = (folder / "REPRODUCED.md").read_text(encoding="utf-8")
    assert "Grace Hopper" in entry and recorded[1] in entry and "identical" in entry
    assert "not independent: same user and host" in entry
    commit_all(folder, "Signed", hub)
    code, said = harness(folder, python, "check", env=hub)
    assert code == 0, said


def another_byte(folder, python, hub):
    edit(folder, "data/raw/penguins-raw.csv", ("Adult, 1 Egg Stage", "Adult, 2 Egg Stage"))
    harness(folder, python, "manifest", env=hub)


def another_mass(folder, python, hub):
    edit(folder, "data/raw/penguins-raw.csv", ("3750", "3751"))
    harness(folder, python, "manifest", env=hub)


def another_line(folder, python, hub):
    edit(folder, "study/models.py", ("n_estimators=100", "n_estimators=99"))


def another_seed(folder, python, hub):
    edit(folder, "study/plan.toml", ("seed = 2007", "seed = 2008"))


def another_plan(folder, python, hub):
    edit(folder, "study/plan.toml", ("margin = 0.02", "margin = 0.03"))


CASES = [
    (another_byte, "identical", "T4", "data: data/raw/penguins-raw.csv differs"),  # in a column that nobody reads
    (another_mass, "outside", "T4", "data: data/raw/penguins-raw.csv differs"),
    (another_line, "outside", "T4", "code: study/models.py differs"),
    (another_seed, "outside", "T4", "seed: evaluation.seed 2007 -> 2008"),
    (another_plan, "not comparable", None, "another plan: study/plan.toml: question.margin 0.02 -> 0.03"),
]


@pytest.mark.parametrize(("change", "status", "tier", "cause"), CASES, ids=[case[0].__name__ for case in CASES])
def test_the_first_thing_that_explains_a_difference_is_named(again, python, hub, change, status, tier, cause):
    folder, replay = again
    change(folder, python, hub)
    commit_all(folder, "A change", hub)
    found, said = replay("--here", "--at", "HEAD")
    assert (found["status"], found["tier"], found["cause"]) == (status, tier, cause), said


def test_an_edited_table_is_named(again):
    folder, replay = again
    (path,) = folder.glob("runs/*/scores.csv")
    edit(folder, path.relative_to(folder), ("0.9", "0.8"))
    found, _ = replay("--here")
    assert (found["status"], found["cause"]) == ("outside", "recorded files were edited: scores.csv")
