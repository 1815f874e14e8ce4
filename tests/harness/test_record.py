"""Record and card: what is written comes back."""

import hashlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from harness import files
from harness.exceptions import StudyError
from harness.method.fit import KEYS
from harness.provenance import machine, record, stages


def scores(values):
    """Return a long table with the given values of a metric called m."""
    table = pd.DataFrame({"kind": "role", "name": "candidate", "repeat": 0, "seed": 0, "fold": range(len(values))})
    return table.assign(m=values, n_train=3, n_test=1, fit_s=0.1, score_s=0.1)


@pytest.fixture
def root(tmp_path):
    for name in ("study/plan.toml", "data/MANIFEST.sha256", "requirements/harness.txt", "study/models.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    return tmp_path


def test_scores_keep_every_bit(tmp_path):
    rng = np.random.default_rng(0)
    values = rng.normal(size=5000) * 10.0 ** rng.integers(-20, 20, 5000)
    digest = files.write_table(tmp_path / "scores.csv", scores(values))
    assert digest == hashlib.sha256((tmp_path / "scores.csv").read_bytes()).hexdigest()
    back = record.read_scores(tmp_path)
    assert (back["m"].to_numpy() == values).all()
    assert list(back[KEYS].iloc[0]) == ["role", "candidate", 0, 0, 0]


def recording(root):
    """Record a run with the circumstances of the moment."""
    facts = machine.circumstances(root)
    return record.recording(root, facts, stages.Meter(facts["sources"]))


def test_a_finished_run(root):
    with recording(root) as (folder, run):
        assert record.read(folder)["status"] == "running"
        run["verdict"] = "no conclusion"
    (back,) = record.runs(root)
    assert back["status"] == "finished" and back["verdict"] == "no conclusion" and back["wall_s"] >= 0
    assert back["git"] == "there is no git repository here" and back["commit"] is None and not back["committed"]


def test_a_failed_run_says_why(root):
    with pytest.raises(ZeroDivisionError), recording(root) as (folder, _):
        print(1 / 0)
    assert record.read(folder)["status"] == "failed"
    assert record.read(folder)["error"] == "ZeroDivisionError: division by zero"
    with pytest.raises(StudyError, match="is failed, it has no result: ZeroDivisionError"):
        record.read_finished(folder)


def test_what_is_no_number_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="Out of range float"):
        files.write_json(tmp_path / "facts.json", {"score": float("nan")})
    assert not (tmp_path / "facts.json").exists()


def test_a_broken_record_is_named(root):
    (root / "runs" / ".cache").mkdir(parents=True)  # is no run
    (root / "runs" / "broken").mkdir(parents=True)
    (root / "runs" / "broken" / "run.json").write_text("{", "utf-8")
    (run,) = record.runs(root)
    assert run["id"] == "broken" and run["status"] == "unreadable"


BUSY = "import time\nwhile time.process_time() < 0.5: pass\nprint(1, flush=True)\ntime.sleep(3)"
PARENT = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', sys.argv[1]])\nsys.stdin.read()"


def test_the_cpu_of_a_process_counts_when_it_is_out_of_sight():
    """A stage that begins while a grandchild is seen, and ends when it has no parent, used not less than nothing."""
    meter, pipes = stages.Meter({}), {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", PARENT, BUSY], **pipes) as child:
        child.stdout.readline()
        with meter.stage("one"):
            child.stdin.close()
            child.wait()
    meter.stop()
    assert meter.used()["cpu_s"] >= 0.5 and meter.stages[0]["cpu_s"] >= 0
