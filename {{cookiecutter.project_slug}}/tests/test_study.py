"""The contract: what any study has to keep, whatever its data and models are."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from harness import inputs, record, seeds

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def study():
    return inputs.read(ROOT)


def test_every_row_has_a_name_a_target_and_a_side(study):
    development, sealed = study.development, study.sealed
    names = [*development.X.index, *sealed.X.index]
    assert len(set(names)) == len(names)
    assert development.y.notna().all() and sealed.y.notna().all()
    assert not set(development.groups) & set(sealed.groups)


def test_the_target_is_not_among_the_features(study):
    from study import data

    assert data.TARGET not in data.FEATURES


@pytest.mark.parametrize("role", ["floor", "linear", "rival", "candidate"])
def test_same_seed_same_predictions(study, role):
    build, X, y = study.models[dict(study.plan.models)[role]], study.development.X, study.development.y
    seen, unseen = np.arange(len(y)) % 4 > 0, np.arange(len(y)) % 4 == 0
    predictions = []
    for noise in (1, 2):  # whatever state the global generators are in
        seeds.seed_everything(noise)
        predictions.append(build(7).fit(X[seen], y[seen]).predict(X[unseen]))
    assert (predictions[0] == predictions[1]).all()


def test_a_model_function_gives_a_fresh_estimator_each_time(study):
    for name in dict(study.plan.models).values():
        assert study.models[name](1) is not study.models[name](1)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A committed copy of this repository, in a path with a space and an accent, with a plan that runs in seconds."""
    copy = tmp_path_factory.mktemp("a study, \u00e0 part") / "copy"
    left = shutil.ignore_patterns(".git", ".venv", "runs", "results", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=left, symlinks=True)
    plan = copy / "study" / "plan.toml"
    text = re.sub(r"(?m)^folds *=.*$", "folds = 2", plan.read_text("utf-8"))
    plan.write_text(re.sub(r"(?m)^repeats *=.*$", "repeats = 1", text), "utf-8")
    git(copy, "init", "-q")
    commit(copy)
    return copy


def git(folder, *arguments):
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "test")


def harness(folder, *arguments, **variables):
    """Exit code and output of a command of the harness."""
    command = [sys.executable, "-m", "harness", *arguments]
    environment = os.environ | {"COLUMNS": "200", "PYTHONUTF8": "1"} | variables
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_run_accept_check_replay(small):
    """One life of a result; the replay has another folder, time zone, hash seed and number of workers."""
    code, said = harness(small, "run", "--workers", "1", TZ="Asia/Tokyo", PYTHONHASHSEED="1", LC_ALL="C")
    assert code == 0, said
    assert re.search(r"(supported|not supported|no conclusion): .* interval\), margin ", said)
    (run,) = record.runs(small)
    assert run["status"] == "finished" and run["committed"] and run["verdict"] in said

    code, said = harness(small, "accept", run["id"])
    assert code == 0, said
    assert run["id"] in (small / "MODEL_CARD.md").read_text("utf-8")
    commit(small)

    code, said = harness(small, "check")
    assert code == 0 and "failed" not in said, said
    code, said = harness(small, "replay", "--workers", "2", TZ="America/Lima", PYTHONHASHSEED="2")
    assert code == 0 and "replay: identical" in said, said


def test_a_mistake_is_a_sentence(small):
    """A misspelt key in the plan stops the run with the file and the key, and without a traceback."""
    plan = small / "study" / "plan.toml"
    before = plan.read_text("utf-8")
    plan.write_text(before.replace("margin =", "margn ="), "utf-8")
    code, said = harness(small, "run")
    plan.write_text(before, "utf-8")
    assert code == 1 and "Traceback" not in said
    assert "plan.toml: [question] margn: 'margn' is not a key of the plan; did you mean 'margin'?" in said
