"""Real replays of one recorded run: here, and in environments that are built for it; what is named when they differ."""

import json
import os
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


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="not exercised: one processor has one thread")
def test_another_number_of_threads_is_within_tolerance(again):
    found, said = again[1]("--here", OMP_NUM_THREADS="2")
    assert (found["status"], found["tier"]) == ("within tolerance", "T2"), found
    assert found["cause"].startswith("threads: ") and "OMP_NUM_THREADS 1 -> 2" in said


def test_a_run_of_what_was_not_committed_is_repeated_with_its_patch(again, python, hub):
    folder, _ = again
    edit(folder, "study/models.py", ("n_estimators=20", "n_estimators=30"))
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


def test_without_a_commit_there_is_nothing_to_go_back_to(again, study, python, hub):
    folder, _ = again
    shutil.rmtree(folder / ".git")
    code, said = harness(folder, python, "run", "--workers", "1", env=hub)
    assert code == 0, said
    bare = max(path.parent.name for path in folder.glob("runs/*/run.json"))
    code, said = harness(folder, python, "replay", bare, "--here", env=hub)
    assert code == 5 and "not comparable" in said


def test_a_signed_replay_says_whether_it_is_independent(again, study, python, hub):
    folder, _ = again
    for command in (["accept", study[1]], ["card"]):
        code, said = harness(folder, python, *command, env=hub)
        assert code == 0, said
    commit_all(folder, "Accept", hub)
    code, said = harness(folder, python, "replay", "--here", "--sign", "Grace Hopper", env=hub, OMP_NUM_THREADS="1")
    assert code == 0, said
    entry = (folder / "REPRODUCED.md").read_text(encoding="utf-8")
    assert "Grace Hopper" in entry and study[1] in entry and "identical" in entry
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
    edit(folder, "study/models.py", ("n_estimators=20", "n_estimators=30"))


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
