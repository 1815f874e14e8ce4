"""The workers of a Dask scheduler: real processes, which are killed while they fit."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pandas as pd
import pytest
import shipped
from conftest import BIN, short_plan

SECONDS = ["fit_s", "score_s", "machine"]
WAIVER = '\n[waivers.E2]\nreason = "The packages are those of the template."\ndate = 2026-11-01\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a study of a quick plan, and the scores that one process gives."""
    folder = shipped.copy(tmp_path_factory.mktemp("dask") / "study")
    short_plan(folder)
    plan = folder / "study" / "plan.toml"
    plan.write_text(plan.read_text("utf-8") + WAIVER, "utf-8")
    return shipped.commit(folder)


@pytest.fixture
def cluster(folder):
    """Start a scheduler and two workers; give its address, and the processes, the scheduler first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    no_page = ["--no-dashboard"]
    argv = [
        ["scheduler", "--host", address, *no_page],
        *2 * [["worker", address, "--nthreads", "1", "--no-nanny", *no_page]],
    ]
    processes = [subprocess.Popen([BIN / "dask", *command], **quiet) for command in argv]
    yield address, processes
    for process in processes:
        process.kill()
        process.wait()


def start(folder, *options):
    """Start a run."""
    argv = [sys.executable, "-m", "harness", "run", *options]
    return subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kept(folder):
    """Count the fits that are kept."""
    return len([*folder.glob("runs/.cache/[0-9a-f][0-9a-f]/*.json")])


def forget(folder):
    """Take the kept fits away."""
    for path in folder.glob("runs/.cache/[0-9a-f][0-9a-f]/*.json"):
        path.unlink()


def interrupted(folder, address, process):
    """Kill a process of the cluster while a run is under way; return the run, and what it said."""
    forget(folder)
    run = start(folder, "--scheduler", address)
    while kept(folder) < 5:
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    return run, run.communicate()


def scores(folder):
    """Return what the newest run wrote, but for seconds."""
    *_, newest = sorted(folder.glob("runs/*/scores.csv"), key=os.path.getmtime)
    return pd.read_csv(newest).drop(columns=SECONDS)


@pytest.fixture(scope="module")
def alone(folder):
    """Return the scores that one process gives."""
    said = start(folder, "--workers", "1").communicate()
    assert "0 of" in said[0], said
    return scores(folder)


@pytest.mark.slow
def test_a_worker_that_dies_costs_its_own_fit_alone(folder, cluster, alone):
    address, (_, worker, _) = cluster
    run, said = interrupted(folder, address, worker)
    assert run.returncode == 0, said
    pd.testing.assert_frame_equal(scores(folder), alone, check_exact=True)


# The rule of the field, which dies once, after it has kept a file; who does the fit then finds that.
MORTAL = """

class Mortal(DeepBill):
    def __init__(self, dirname=""):
        self.dirname = dirname

    def fit(self, X, y):
        import os
        import pathlib

        told, begun = pathlib.Path("runs/told.txt"), pathlib.Path(self.dirname, "begun.txt")
        if begun.exists():
            told.write_text(told.read_text() + f" went on in {os.getpid()}")
        elif not told.exists():
            begun.write_text("")
            told.write_text(f"died in {os.getpid()},")
            os.kill(os.getpid(), 9)
        return super().fit(X, y)
"""


@pytest.mark.slow
def test_a_fit_whose_worker_dies_goes_on_from_its_files_at_another(folder, cluster, alone):
    address, (_, *workers) = cluster
    models = folder / "study" / "models.py"
    text = models.read_text("utf-8")
    models.write_text(text.replace("return DeepBill()", "return Mortal()") + MORTAL, "utf-8")
    forget(folder)
    run = start(folder, "--scheduler", address)
    said = run.communicate()
    models.write_text(text, "utf-8")
    assert run.returncode == 0, said
    pids = sorted(str(worker.pid) for worker in workers)
    told = re.fullmatch(r"died in (\d+), went on in (\d+)", (folder / "runs" / "told.txt").read_text("utf-8"))
    assert told and sorted(told.groups()) == pids and not [*folder.glob("runs/.cache/files/*")]
    pd.testing.assert_frame_equal(scores(folder), alone, check_exact=True)


@pytest.mark.slow
def test_a_scheduler_that_dies_leaves_what_was_finished(folder, cluster, alone):
    address, (scheduler, *_) = cluster
    run, said = interrupted(folder, address, scheduler)
    assert run.returncode == 1 and f"the scheduler at {address} is lost" in said[1] and "Traceback" not in said[1], said
    assert int(re.search(r"Stopped: (\d+) of", said[1])[1]) >= 5
    on, _ = start(folder, "--workers", "1").communicate()
    assert int(re.search(r"(\d+) of \d+ fits were kept", on)[1]) >= 5
    pd.testing.assert_frame_equal(scores(folder), alone, check_exact=True)


@pytest.mark.slow
def test_a_worker_takes_up_an_edited_study_and_one_with_threads_is_refused(folder, cluster, alone):
    address, (_, *workers) = cluster
    start(folder, "--scheduler", address).communicate()
    models = folder / "study" / "models.py"
    text = models.read_text("utf-8")
    models.write_text(text.replace("n_estimators=20", "n_estimators=3"), "utf-8")
    said = start(folder, "--scheduler", address).communicate()
    far = scores(folder)
    assert (far["roc_auc"] != alone["roc_auc"]).any(), said
    forget(folder)
    start(folder, "--workers", "1").communicate()
    pd.testing.assert_frame_equal(far, scores(folder), check_exact=True)
    models.write_text(text, "utf-8")
    for worker in workers:
        worker.kill()
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [BIN / "dask", "worker", address, "--nthreads", "2", "--no-nanny", "--no-dashboard"]
    with subprocess.Popen(command, **quiet) as threads:
        forget(folder)
        run = start(folder, "--scheduler", address)
        said = run.communicate()
        threads.kill()
    assert run.returncode == 1 and "has 2 threads. Start it with --nthreads 1" in said[1] and not kept(folder), said


def test_no_scheduler_is_said_in_a_sentence(folder):
    run = start(folder, "--scheduler", "tcp://127.0.0.1:9")
    said = run.communicate()
    assert run.returncode == 1 and "no scheduler with a worker answers" in said[1] and "Traceback" not in said[1]
