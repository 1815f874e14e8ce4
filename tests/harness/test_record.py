"""Record and card: what is written comes back."""

import copy
import hashlib
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import psutil
import pytest

from harness import files
from harness.exceptions import StudyError
from harness.fits.evaluation import KEYS
from harness.provenance import machine, record, runs, schema, stages


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
    facts = machine.describe(root)
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


STAGE = {"name": "read", "started": "2026-01-02T03:04:05+00:00", "reads": {"study/plan.toml": "a" * 64}, "writes": {}}
START = {
    "version": 3, "id": "x", "status": "finished", "started": "2026-01-02T03:04:05+00:00",
    "process": {"pid": 1, "born": 0.5}, "argv": ["python", "-m", "harness"], "command": "harness run", "cwd": "/",
    "user": "ada", "name": "Ada", "host": "a", "git": "on a branch", "commit": "c" * 40, "branch": "main",
    "committed": True, "uncommitted": [], "sources": {"study/plan.toml": "a" * 64}, "plan_sha256": "a" * 64,
    "data_sha256": "a" * 64, "lock_sha256": "a" * 64, "packages": {"numpy": "2.0"}, "unlike_lock": [],
    "python": "3.11", "platform": "Linux", "processor": "A", "cpus": 2, "memory_gb": 8, "accelerators": [],
    "thread_pools": [{"num_threads": 1}], "variables": {}, "stages": [STAGE | {"wall_s": 1, "cpu_s": 1.5,
    "memory_mb": 90}], "wall_s": 1.5, "cpu_s": 1.5, "memory_mb": 90.1,
}  # fmt: skip
RECORD = START | {
    "ended": "2026-01-02T03:05:05+00:00", "patch_sha256": None, "plan": {}, "metrics": ["f1"], "opened": 0,
    "task": "classification", "rows": {}, "table_sha256": "a" * 64, "splits_sha256": "a" * 64, "trials": 0,
    "scores_sha256": "a" * 64, "predictions_sha256": "a" * 64, "seeds": {"root": 1, "seal": 2}, "fits": 3,
    "duplicates": [["a", "b", "near"]], "estimates": {"role": {}, "benchmark": {}}, "comparisons": [{}],
    "verdict": "supported", "reason": "so", "budget": [{}], "ablation_proofs": [],
}  # fmt: skip
NONE = object()
WRONG = [  # a place in the record, what stands there instead, and what is said
    (["verdict"], NONE, "verdict is missing"),
    (["host"], NONE, "host is missing"),
    (["mood"], "good", "mood is no key of a record"),
    (["verdict"], "splendid", "verdict: Input should be 'supported'"),
    (["version"], 2, "version: Input should be 3"),
    (["fits"], "3", "fits: Input should be a valid integer"),
    (["fits"], -1, "fits: Input should be greater than or equal to 0"),
    (["started"], "yesterday", "started: String should match pattern"),
    (["commit"], None, "commit is null, although git is 'on a branch'"),
    (["branch"], None, "branch is null, although git is 'on a branch'"),
    (["sources", "study/plan.toml"], "a", "sources.study/plan.toml: String should match pattern"),
    (["seeds", "seal"], "2", "seeds.seal: Input should be a valid integer"),
    (["stages", 0, "wall_s"], NONE, "stages.0.wall_s: Field required"),
    (["stages", 0, "mood"], "good", "stages.0.mood is no key of a record"),
    (["estimates", "role"], NONE, "estimates: Dictionary should have at least 2 items"),
    (["budget"], [], "budget: List should have at least 1 item"),
    (["metrics"], [], "metrics: List should have at least 1 item"),
]


@pytest.mark.parametrize(("place", "value", "said"), WRONG)
def test_what_is_wrong_in_a_record_is_one_sentence_that_names_the_key(place, value, said):
    assert list(schema.problems(RECORD)) == []
    facts = part = copy.deepcopy(RECORD)
    for key in place[:-1]:
        part = part[key]
    part.pop(place[-1]) if value is NONE else part.update({place[-1]: value})
    (sentence,) = schema.problems(facts)
    assert sentence.startswith(said)


@pytest.mark.parametrize(
    ("status", "missing"), [("running", []), ("failed", ["ended", "error"]), ("killed", ["ended"])]
)
def test_a_run_that_did_not_finish_need_not_have_what_it_did_not_reach(status, missing):
    facts = START | {"status": status} | ({"error": "It ended."} if status == "killed" else {})
    assert [one.partition(" ")[0] for one in schema.problems(facts)] == missing
    assert len(list(schema.problems(facts | {"fits": "3"}))) == len(missing) + 1


def test_checks_tests_and_sentences_are_no_sources_of_a_run(root):
    kept = ("study/models.py", "study/part/checks.py", "study/table.csv")
    others = ("study/checks.py", "study/test_mine.py", "study/part/test_more.py", "study/NOTES.md", "study/.x")
    for name in (*kept, *others):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("from .part import checks\nT = 'table.csv'\n" if name == kept[0] else "", "utf-8")
    assert {name for name in machine.sources(root) if name.startswith("study/")} == {*kept, "study/plan.toml"}


def test_a_whole_run_came_to_its_end_and_is_neither_replay_nor_try():
    whole = {"status": "finished", "exploratory": False}
    assert record.is_whole(whole)
    for fact in ({"status": "stopped"}, {"replay_of": "a"}, {"exploratory": True}):
        assert not record.is_whole(whole | fact)


def test_a_run_on_another_machine_shows_how_far_it_is_until_it_is_silent(tmp_path):
    files.write_json(tmp_path / "run.json", START | {"status": "running", "host": "elsewhere"})
    for minutes, status in ((1, "running"), (3, "killed")):
        seen = datetime.now(UTC) - timedelta(minutes=minutes)
        alive = {"seen": seen.isoformat(), "progress": "31 of 475 fits", "wall_s": 9.5, "cpu_s": 9.5, "memory_mb": 90}
        files.write_json(tmp_path / "alive.json", alive)
        run = record.read(tmp_path)
        assert (run["status"], run["progress"], run["wall_s"]) == (status, "31 of 475 fits", 9.5)
        assert list(schema.problems(run)) == []
        if status == "running":
            assert runs.row(run)[2] == "31 of 475 fits"


def test_a_run_leaves_a_sign_of_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(stages, "EVERY_S", 0.02)
    meter = stages.Meter({})
    meter.folder = tmp_path
    meter.tell("1 of 2 fits")
    until = time.monotonic() + 20
    while not (tmp_path / "alive.json").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    meter.stop()
    assert files.load(tmp_path, "alive.json")["progress"] == "1 of 2 fits"


def test_names_are_read_as_they_are_called(tmp_path):
    """A variant may be called 1, or None."""
    table = pd.DataFrame({"kind": "role", "name": "candidate", "variant": ["1", "None"], "roc_auc": [0.5, None]})
    table.to_csv(tmp_path / "scores.csv", index=False)
    back = record.read_scores(tmp_path)
    assert back["variant"].tolist() == ["1", "None"] and back["roc_auc"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("told", "memory"),
    [(SimpleNamespace(pss=60e6), 60.0), (SimpleNamespace(uss=1e6), 100.0), (psutil.AccessDenied(), 100.0)],
)
def test_memory_is_the_share_of_each_process_where_the_system_tells(monkeypatch, told, memory):
    def full(self):
        if isinstance(told, Exception):
            raise told
        return told

    monkeypatch.setattr(psutil.Process, "children", lambda *_, **__: [])
    monkeypatch.setattr(psutil.Process, "memory_info", lambda _: SimpleNamespace(rss=100e6))
    monkeypatch.setattr(psutil.Process, "memory_full_info", full)
    meter = stages.Meter({})
    meter.stop()
    meter.look()
    assert meter.used()["memory_mb"] == memory
