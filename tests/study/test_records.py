"""What a run leaves behind, wherever and however it ends: every field filled, by the schema of records."""

import json
import re
import shutil
import subprocess
import time

import pytest
from conftest import commit_all, harness, run, short_plan

from harness.provenance import schema

BAD = """

class Bad(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        import os, time
        if os.environ["HOW"] == "raise":
            raise ValueError("the light went out")
        time.sleep(60)


def bad(seed):
    return Bad()
"""


@pytest.fixture(scope="module")
def study(copy_project, hub, tmp_path_factory):
    """A committed study that runs in seconds, in a folder whose path has a space and an accent."""
    folder = copy_project(tmp_path_factory.mktemp("a study, \u00e0 part") / "study")
    short_plan(folder)
    commit_all(folder, "A plan of seconds", hub)
    return folder


def start(folder, python, env, **variables):
    argv = [python, "-m", "harness", "run", "--workers", "1"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(argv, cwd=folder, env=env | variables, text=True, **pipes)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def finish(process, code=0):
    said, _ = process.communicate(timeout=300)
    assert process.returncode == code, said
    return said


def records(folder, python, env):
    """All records of a study as `runs` leaves them, the newest last, each held against the schema."""
    harness(folder, python, "runs", env=env)
    found = []
    for path in sorted(folder.glob("runs/*/run.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        assert list(schema.problems(facts)) == []
        assert facts["cwd"] == str(folder) and facts["command"].endswith("-m harness run --workers 1")
        known = dict(facts["sources"])
        for stage in facts["stages"]:  # nothing is read that nothing made
            assert all(known[name] == digest for name, digest in stage["reads"].items())
            known |= stage["writes"]
        found.append(facts)
    return found


def git(folder, env, *arguments):
    return run("git", *arguments, cwd=folder, env=env).stdout.strip()


@pytest.mark.slow
def test_wherever_it_runs(study, python, hub, tmp_path):
    """A clean clone, a dirty tree, a detached head, no git at all, and two at once."""
    clone = tmp_path / "clone"
    git(tmp_path, hub, "clone", "-q", study, clone)
    assert git(clone, hub, "status", "--porcelain") == ""
    finish(start(clone, python, hub, SECRET_TOKEN="hunter2", OMP_NUM_THREADS="1"))
    (clean,) = records(clone, python, hub)
    assert clean["git"] == "on a branch" and clean["branch"] == "main" and clean["committed"]
    assert clean["commit"] == git(clone, hub, "rev-parse", "HEAD") and clean["patch_sha256"] is None
    assert clean["variables"]["OMP_NUM_THREADS"] == "1" and "hunter2" not in json.dumps(clean)
    assert [stage["name"] for stage in clean["stages"]] == ["read", "split", "fit", "judge", "look"]
    assert sum(stage["cpu_s"] for stage in clean["stages"]) <= clean["cpu_s"] and clean["memory_mb"] > 50
    assert clean["seeds"]["root"] == 2007 and {"seal", "split/0", "model/0/0"} <= set(clean["seeds"])
    assert clean["name"] == "Test" and clean["packages"]["scikit-learn"] and clean["unlike_lock"] == []

    # A dirty tree: the patch makes of the commit what was run.
    models = clone / "study" / "models.py"
    edit(models, "n_estimators=20", "n_estimators=10")
    (clone / "study" / "helper.py").write_text("SIZE = 3\n", encoding="utf-8")
    before = git(clone, hub, "status", "--porcelain")
    finish(start(clone, python, hub))
    dirty = records(clone, python, hub)[-1]
    assert not dirty["committed"] and set(dirty["uncommitted"]) == {"study/models.py", "study/helper.py"}
    assert git(clone, hub, "status", "--porcelain") == before  # the index is as it was
    again = tmp_path / "again"
    git(tmp_path, hub, "clone", "-q", clone, again)
    git(again, hub, "apply", clone / "runs" / dirty["id"] / "uncommitted.patch")
    for name in ("study/models.py", "study/helper.py"):
        assert (again / name).read_bytes() == (clone / name).read_bytes()

    git(again, hub, "checkout", "-q", "-f", "--detach", "HEAD")
    git(again, hub, "clean", "-fdq")
    shutil.copytree(clone / "runs" / ".cache", again / "runs" / ".cache")
    both = [start(again, python, hub), start(again, python, hub)]
    for process in both:
        finish(process)
    one, two = records(again, python, hub)
    assert one["id"] != two["id"] and one["scores_sha256"] and two["status"] == "finished"
    assert {one["git"], two["git"]} == {"detached head"} and one["branch"] is None and one["commit"] == clean["commit"]

    shutil.rmtree(again / ".git")
    shutil.rmtree(again / "runs" / one["id"])
    finish(start(again, python, hub))
    bare = records(again, python, hub)[-1]
    assert bare["git"] == "there is no git repository here" and bare["commit"] is None and not bare["committed"]


@pytest.mark.slow
def test_however_it_ends(study, python, hub):
    """Killed, and by an exception: the record says so, with what it had done until then."""
    edit(study / "study" / "models.py", "\n\ndef forest", f"{BAD}\n\ndef forest")
    edit(study / "study" / "plan.toml", 'candidate = "forest"', 'candidate = "bad"')
    commit_all(study, "A bad model", hub)
    said = finish(start(study, python, hub, HOW="raise"), code=1)
    assert "the light went out" in said and "Traceback" not in said
    (failed,) = records(study, python, hub)
    assert failed["status"] == "failed" and re.search(r"study/models.py:\d+: .*the light went out", failed["error"])

    process = start(study, python, hub, HOW="sleep")
    try:
        until = time.monotonic() + 120
        while not list(study.glob("runs/*/alive.json")):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.1)
    finally:
        process.kill()
        process.communicate()
    *_, killed = records(study, python, hub)
    assert killed["status"] == "killed" and str(process.pid) in killed["error"] and killed["ended"] >= killed["started"]
    assert {"read", "split"} <= {stage["name"] for stage in killed["stages"]} and killed["cpu_s"] > 0
    listed = harness(study, python, "runs", env=hub).stdout
    assert "killed" in listed and "failed" in listed
    assert not list(study.glob("runs/*/alive.json"))
