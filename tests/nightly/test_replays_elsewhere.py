"""Replays in environments that are built for it: the same lock, another lock, another Python."""

import json
import shutil

import pytest
import recorded
from conftest import build_environment, commit_all, interpreter, run
from recorded import CODES, edit, harness


@pytest.fixture(scope="module")
def study(copy_project, python, hub, tmp_path_factory):
    """A committed study with a small plan, and the id of a run of it with one thread."""
    folder = copy_project(tmp_path_factory.mktemp("replay") / "study")
    return folder, recorded.record(folder, python, hub)


@pytest.fixture
def again(study, python, hub, tmp_path):
    """A copy of the recorded study, and a function that replays it."""
    return recorded.replayer(study, python, hub, tmp_path)


@pytest.mark.slow
def test_another_lock_is_named(again, python, hub):
    """Its environment is built anew; there the package behaves in another way."""
    folder, replay = again
    edit(folder, "requirements/study.in", ("packaging\n", "packaging<26\n"))
    run(python, "-m", "harness", "lock", "--upgrade", "packaging", cwd=folder, env=hub)
    commit_all(folder, "An older package", hub)
    found, said = replay("--at", "HEAD")
    assert (found["status"], found["tier"]) == ("outside", "T3"), said
    assert found["cause"].startswith("lock: requirements/harness.txt") and "packaging 26" in said


@pytest.mark.slow
def test_another_python_with_the_same_packages(again, hub, tmp_path):
    """The lock chooses the same packages for 3.12 and 3.13."""
    folder, _ = again
    pythons = []
    for version in ("3.12", "3.13"):
        made = build_environment(
            folder, hub, venv=tmp_path / version, lock="requirements/harness.txt", python=interpreter(version)
        )
        pythons.append(made)
    shutil.rmtree(folder / "runs")
    code, said = harness(folder, pythons[0], "run", "--workers", "1", env=hub, OMP_NUM_THREADS="1")
    assert code == 0, said
    code, said = harness(folder, pythons[1], "replay", "--here", env=hub, OMP_NUM_THREADS="1")
    (path,) = folder.glob("runs/*/replay.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["status"] in ("identical", "within tolerance") and code == CODES[found["status"]], said
    assert found["tier"] == "T2" and any("Python 3.12" in line and "3.13" in line for line in found["differs"])
