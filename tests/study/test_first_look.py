"""A first look at a study: a try is never a result, a run that is stopped goes on, the newest one is accepted."""

import json
import os
import re
import signal
import subprocess
import time

import pytest
from conftest import commit_all, harness, heed_sigint, short_plan, wait_for

from harness.provenance import schema

SLEEPING = "open({!r}, 'w').write('1')\nimport time\ntime.sleep(60)\n"  # in the place of a library


def records(folder):
    """The records in runs/, the oldest first."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("runs/*/run.json"))]


@pytest.fixture(scope="module")
def tried(copy_project, python, hub, tmp_path_factory):
    """A committed study, and what its first try printed."""
    folder = copy_project(tmp_path_factory.mktemp("try") / "study")
    short_plan(folder, benchmark="load_breast_cancer")
    commit_all(folder, "Quick", hub)
    return folder, harness(folder, python, "run", "--try", env=hub).stdout


def test_a_try_compares_the_roles_once(tried):
    folder, printed = tried
    (run,) = records(folder)
    assert run["exploratory"] and run["committed"] and list(schema.problems(run)) == []
    assert f"exploratory, {run['verdict']}: forest against discriminant: ROC AUC " in printed and "no result" in printed
    assert re.search(r"candidate +0\.\d+ \[0\.\d+, [01]\.\d+\]", printed)
    rows = [line.split(",")[:3] for line in (folder / "runs" / run["id"] / "scores.csv").read_text().splitlines()]
    assert rows[0] == ["kind", "name", "repeat"] and len(rows[1:]) == 10  # five roles, two folds
    assert {tuple(row[::2]) for row in rows[1:]} == {("role", "0")}
    assert run["estimates"]["benchmark"] == {} and run["ablation_proofs"] == []
    assert not (folder / "runs" / run["id"] / "report.html").exists()


def test_a_try_is_no_result(tried, python, hub):
    folder, _ = tried
    (run,) = records(folder)
    assert "a try" in harness(folder, python, "runs", env=hub).stdout
    for command, message in (
        (("accept", run["id"]), f"accept: {run['id']} was only a try"),
        (("accept", "latest"), "none has come to its end yet"),
        (("report", run["id"]), f"report: {run['id']} was only a try"),
    ):
        done = harness(folder, python, *command, env=hub, check=False)
        assert done.returncode == 1 and message in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert "not exercised" in harness(folder, python, "replay", env=hub).stdout  # there is nothing to replay
    assert not (folder / "results" / "run.json").exists()


def test_a_run_keeps_the_fits_of_a_try_and_the_newest_is_accepted_by_latest_or_its_beginning(tried, python, hub):
    folder, _ = tried
    plan = folder / "study" / "plan.toml"
    committed = plan.read_text("utf-8")
    plan.write_text(committed + "\n", "utf-8")
    done = harness(folder, python, "run", env=hub)
    assert "cannot be accepted, since not all is committed: study/plan.toml" in done.stderr
    assert re.search(r"^10 of \d\d+ fits were kept", done.stdout, re.M)
    plan.write_text(committed, "utf-8")
    assert "cannot be accepted" not in harness(folder, python, "run", env=hub).stderr
    harness(folder, python, "run", "--try", env=hub)  # newer, and no result
    _, _, run, _ = records(folder)
    done = harness(folder, python, "accept", run["id"][:8], env=hub, check=False)  # the day, which all have in common
    assert done.returncode == 1 and "is not a run in runs/" in done.stderr
    assert harness(folder, python, "accept", "", env=hub, check=False).returncode == 1
    harness(folder, python, "accept", "latest", env=hub)
    accepted = json.loads((folder / "results" / "run.json").read_text("utf-8"))
    assert accepted["id"] == run["id"] and not accepted["exploratory"]
    commit_all(folder, "Accept", hub)
    assert harness(folder, python, "runs", "show", run["id"][:-2], env=hub).stdout.startswith(accepted["verdict"])


def test_ctrl_c_while_libraries_are_imported_shows_no_traceback(copy_project, python, hub, tmp_path):
    (tmp_path / "pandas.py").write_text(SLEEPING.format(str(tmp_path / "here")))
    folder = copy_project(tmp_path / "study")
    process = subprocess.Popen(
        [python, "-m", "harness", "check"], cwd=folder, env=hub | {"PYTHONPATH": str(tmp_path)}, text=True,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=heed_sigint,
    )  # fmt: skip
    wait_for(tmp_path / "here")
    process.send_signal(signal.SIGINT)
    assert "Traceback" not in process.communicate(timeout=60)[1] and process.returncode == 130


@pytest.mark.slow
@pytest.mark.parametrize(("sign", "how"), [(signal.SIGINT, "by Ctrl-C"), (signal.SIGTERM, "by SIGTERM")])
def test_a_run_that_is_stopped_says_what_is_kept_and_goes_on(copy_project, python, hub, tmp_path, sign, how):
    folder = copy_project(tmp_path / "study")
    short_plan(folder, folds=3, repeats=10)
    commit_all(folder, "Some fits more", hub)
    process = subprocess.Popen(
        [python, "-m", "harness", "run", "--workers", "2"], cwd=folder, env=hub, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=heed_sigint,
    )  # fmt: skip
    until = time.monotonic() + 120
    while len(list(folder.glob("runs/.cache/*/*.json"))) < 5:
        assert process.poll() is None and time.monotonic() < until
        time.sleep(0.02)
    os.killpg(process.pid, sign)  # as Ctrl-C at a terminal, or scancel
    _, errors = process.communicate(timeout=60)
    said = r"^Stopped: (\d+) of (\d+) fits are kept; the same command goes on\.$"
    kept, fits = map(int, re.search(said, errors, re.M).groups())
    assert process.returncode and "Traceback" not in errors and 5 <= kept < fits, errors
    (run,) = records(folder)
    assert run["status"] == "stopped" and run["error"] == how
    assert list(schema.problems(run)) == []
    assert "stopped" in harness(folder, python, "runs", env=hub).stdout
    again = harness(folder, python, "run", env=hub).stdout
    assert int(re.search(r"^(\d+) of \d+ fits were kept", again, re.M)[1]) >= kept
