"""A real Slurm of one machine: jobs that do fits, that are cancelled and killed, and share one cache."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
import shipped
import slurm
from conftest import short_plan

KILLS = int(os.environ.get("ML_TEMPLATE_KILLS", "1"))  # make nightly KILLS=5: of four kills each
NOT_COMPARED = ["fit_s", "score_s", "machine"]
WAIVER = '\n[waivers.E2]\nreason = "The packages are those of the template."\ndate = 2026-11-01\n'
HARNESS = [sys.executable, "-m", "harness", "run"]
BY_SLURM = ["--slurm", "--workers", "2", "--", "--time=10"]
LEARNS = "        self.classes_ = np.unique(y)\n"  # in study/models.py, where one model is fitted, in no time
TRY = "--try"  # five models in four folds, and nothing that takes long beside them


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """Start Slurm; return the variables by which it is found."""
    if missing := slurm.missing():
        pytest.skip(f"not exercised: there is no Slurm here without {', '.join(missing)}")
    with slurm.started(tmp_path_factory.mktemp("slurm")) as found:
        site = tmp_path_factory.mktemp("site") / "jobqueue.yaml"
        site.write_text("jobqueue: {slurm: {cores: 24, memory: 9 TB, job-script-prologue: [echo of the site]}}\n")
        yield found | {"DASK_CONFIG": str(site.parent), "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def study(tmp_path_factory, env):
    """Return a study of a quick plan, and the scores that one process gives: of a run, and of a try."""
    folder = shipped.copy(tmp_path_factory.mktemp("cluster") / "study")
    short_plan(folder, folds=4, repeats=2)
    plan = folder / "study" / "plan.toml"
    plan.write_text(plan.read_text("utf-8") + WAIVER, "utf-8")
    shipped.commit(folder)
    return folder, *(scores(folder, start(folder, env, "--workers", "1", *how).communicate()) for how in ((), [TRY]))


@pytest.fixture
def cold(study):
    """Take the kept fits and the runs away; return the folder, and the scores of a try."""
    folder, _, tried = study
    shutil.rmtree(folder / "runs")
    return folder, tried


def start(folder, env, *options):
    """Start a run."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*HARNESS, *options], cwd=folder, env=env, **pipes)


def entries(folder):
    """Return the fits that are kept."""
    return [*folder.glob("runs/.cache/[0-9a-f][0-9a-f]/*.json")]


def scores(folder, said):
    """Return what the newest run wrote, but for what may differ."""
    *_, newest = sorted(folder.glob("runs/*/scores.csv"), key=os.path.getmtime)
    assert (newest.parent / "run.json").exists(), said
    return pd.read_csv(newest).drop(columns=NOT_COMPARED)


def records(folder):
    """Return the records of all runs, the oldest first."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("runs/*/run.json"))]


def wait(holds, doing, patience_s=240):
    """Wait until something holds; ``doing`` tells what is the matter when it does not."""
    until = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < until, doing()
        time.sleep(0.05)


def call(env, *argv):
    """Return what a command of Slurm prints."""
    return subprocess.run(argv, env=env, check=True, capture_output=True, text=True).stdout


def submit(folder, env, *options):
    """Submit a run as a job, and return its id."""
    command = ["sbatch", "--parsable", f"--chdir={folder}", "--output=%x-%a.log", *options]
    return call(env, *command, f"--wrap=exec {' '.join(HARNESS)} {TRY}").strip()


def running(env):
    """Return the jobs that run."""
    return call(env, "squeue", "--noheader", "--states=R", "--format=%A").split()


def ended(env, job):
    """Return whether a job, or all tasks of an array, is gone from the queue."""
    return job not in call(env, "squeue", "--noheader", "--format=%F").split()


def kept_of(said):
    """Return how many fits of how many were kept, as a run says."""
    kept, of = re.search(r"(\d+) of (\d+) fits were kept", said).groups()
    return int(kept), int(of)


@pytest.mark.slow
def test_jobs_of_slurm_give_the_same_bits_and_the_record_says_where(cold, study, env):
    folder, expected, _ = study
    run = start(folder, env, *BY_SLURM)
    said = run.communicate()
    assert run.returncode == 0 and "Slurm has been asked for 2 workers" in said[0], said
    pd.testing.assert_frame_equal(scores(folder, said), expected, check_exact=True)
    (record,) = records(folder)
    assert sum(record["machines"].values()) == record["fits"]
    for place in record["machines"]:
        job = re.fullmatch(r"\S+, Slurm job (\d+) in short", place)[1]
        log = (folder / "runs" / ".slurm" / f"{job}.log").read_text()
        assert log.startswith("of the site"), log
    job = re.search(r"\(job (\d+)\)", said[0])[1]
    wait(lambda: ended(env, job), lambda: call(env, "squeue"))
    again = start(folder, env, *BY_SLURM).communicate()
    assert kept_of(again[0]) == (len(expected), len(expected)) and "Slurm has been asked" not in again[0], again


def test_what_is_refused_is_said_in_a_sentence(cold, env, tmp_path):
    folder, _ = cold
    (tmp_path / "git").symlink_to(shutil.which("git"))
    for options, path, message in (
        (("--slurm", "--workers", "1", "--", "--partition=none"), env["PATH"], "invalid partition specified: none"),
        (("--slurm", "--workers", "1"), str(tmp_path), "run: --slurm: no sbatch is on PATH. "),
        (
            ("--", "--partition=none"),
            env["PATH"],
            "'--partition=none' is no option of this command; for sbatch: --slurm -- ",
        ),
    ):
        run = start(folder, env | {"PATH": path}, *options)
        said = run.communicate()
        assert run.returncode == 1 and message in said[1] and "Traceback" not in said[1], said


@pytest.mark.slow
def test_a_worker_that_is_cancelled_is_replaced(cold, env):
    folder, expected = cold
    run = start(folder, env, TRY, *BY_SLURM)
    wait(lambda: len(entries(folder)) >= 4, run.poll)
    call(env, "scancel", running(env)[0])
    said = run.communicate()
    assert run.returncode == 0, said
    pd.testing.assert_frame_equal(scores(folder, said), expected, check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "fit_s"), [("--time=1", 30), ("--lifetime=30s", 20)])
def test_jobs_that_end_at_their_limit_are_replaced(cold, env, limit, fit_s, tmp_path):
    """One worker, whose minute (of Slurm) or half a minute (of Dask, in the site's file) is too short for all fits."""
    folder, expected = cold
    models, site = folder / "study" / "models.py", Path(env["DASK_CONFIG"], "jobqueue.yaml").read_text("utf-8")
    text = models.read_text("utf-8")
    by_slurm = ["--slurm", "--workers", "1", "--", limit]
    if limit.startswith("--lifetime"):
        site, by_slurm = site.replace("slurm: {", f"slurm: {{worker-extra-args: [{limit}], "), by_slurm[:3]
    (tmp_path / "jobqueue.yaml").write_text(site, "utf-8")
    models.write_text(text.replace(LEARNS, f"        __import__('time').sleep({fit_s})\n{LEARNS}"), "utf-8")
    run = start(folder, env | {"DASK_CONFIG": str(tmp_path)}, TRY, *by_slurm)
    try:
        said = run.communicate(timeout=600)
        assert run.returncode == 0 and "1 of 1 jobs have ended, and are asked for again" in said[0], said
        pd.testing.assert_frame_equal(scores(folder, said), expected, check_exact=True)
        assert len(records(folder)[-1]["machines"]) > 1
    finally:
        models.write_text(text, "utf-8")
        run.kill()


@pytest.mark.slow
def test_a_run_that_is_cancelled_is_stopped_and_goes_on(cold, env):
    folder, expected = cold
    job = submit(folder, env, "--job-name=whole", "--cpus-per-task=2")
    log = folder / "whole-4294967294.log"
    wait(lambda: len(entries(folder)) >= 4, lambda: log.read_text())
    call(env, "scancel", job)
    wait(lambda: ended(env, job), lambda: log.read_text())
    said = log.read_text()
    stopped = re.search(r"Stopped: (\d+) of (\d+) fits are kept; the same command goes on", said)
    assert stopped and int(stopped[1]) >= 4 and "Traceback" not in said, said
    (record,) = records(folder)
    assert (record["status"], record["error"]) == ("stopped", "by SIGTERM")
    on = start(folder, env, TRY, "--workers", "1").communicate()
    assert kept_of(on[0])[0] >= int(stopped[1])
    pd.testing.assert_frame_equal(scores(folder, on), expected, check_exact=True)


@pytest.mark.slow
def test_two_tasks_of_an_array_do_no_fit_twice(cold, env):
    folder, expected = cold
    job = submit(folder, env, "--job-name=task", "--array=1-2", "--cpus-per-task=1")
    wait(lambda: ended(env, job), lambda: call(env, "squeue"))
    said = [(folder / f"task-{n}.log").read_text() for n in (1, 2)]
    own = [of - kept for kept, of in map(kept_of, said)]
    assert sum(own) == len(entries(folder)) and min(own) > 0, said
    for record in records(folder):
        found = pd.read_csv(folder / "runs" / record["id"] / "scores.csv").drop(columns=NOT_COMPARED)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(KILLS))
def test_random_kills_of_workers_and_of_the_scheduler_lose_nothing(cold, env, kill):
    """Three kills of workers, by scancel or SIGKILL, and one of the run with the scheduler in it; then it goes on."""
    folder, expected = cold
    chance, fits = random.Random(kill), len(expected)
    run = start(folder, env, TRY, *BY_SLURM)
    moments = sorted(chance.sample(range(2, fits - 6), 4))
    for moment in moments[:3]:
        wait(lambda moment=moment: running(env) and workers_of(folder) and len(entries(folder)) >= moment, run.poll)
        if chance.random() < 0.5:
            call(env, "scancel", chance.choice(running(env)))
        else:
            chance.choice(workers_of(folder)).kill()
    wait(lambda: len(entries(folder)) >= moments[3], run.poll)
    assert run.poll() is None, run.communicate()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    survived = len(entries(folder))
    assert survived < fits
    print(f"killed at {moments} of {fits} fits; {survived} survived")
    for path in entries(folder):
        json.loads(path.read_text("utf-8"))
    run = start(folder, env, TRY, *BY_SLURM)
    said = run.communicate()
    assert run.returncode == 0 and "damaged" not in said[0] and kept_of(said[0])[0] >= survived, said
    pd.testing.assert_frame_equal(scores(folder, said), expected, check_exact=True)
    wait(lambda: not (running(env) or workers_of(folder)), lambda: call(env, "squeue"))  # of the killed run, too
    killed, finished = records(folder)
    assert finished["status"] == "finished" and sum(finished["machines"].values()) == fits


def workers_of(folder):
    """Return the processes of Dask's workers that run in a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if "distributed.cli.dask_worker" in (process.info["cmdline"] or []) and process.info["cwd"] == str(folder):
            found.append(process)
    return found
