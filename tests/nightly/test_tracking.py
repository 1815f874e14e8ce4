"""Runs go to a real MLflow server: what is read back equals the record; a server in trouble costs a warning."""

import csv
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

import conftest
import pytest
from conftest import commit_all, run, short_plan

READ = """
import json, sys, mlflow
client = mlflow.MlflowClient(sys.argv[1])
ids = [one.experiment_id for one in client.search_experiments()]
told = []
for one in client.search_runs(ids):
    name = one.info.run_id
    points = {key: [[m.step, m.value] for m in client.get_metric_history(name, key)] for key in one.data.metrics}
    told.append({"params": one.data.params, "tags": one.data.tags, "points": points, "status": one.info.status,
                 "name": one.info.run_name, "start": one.info.start_time,
                 "files": client.download_artifacts(name, "", sys.argv[2])})
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def tracked(copy_project, hub, tmp_path_factory):
    """A quick study, and the Python of an environment with MLflow, from the shipped lock."""
    place = tmp_path_factory.mktemp("tracking")
    folder, venv = copy_project(place / "study"), place / "venv"
    short_plan(folder)
    commit_all(folder, "Quick", hub)
    run("uv", "venv", "--python", str(folder / ".venv" / "bin" / "python"), venv, cwd=place, env=hub)
    python, lock = venv / "bin" / "python", folder / "requirements" / "tracking.txt"
    run("uv", "pip", "sync", "--python", python, "--require-hashes", lock, cwd=place, env=hub)
    env = {name: value for name, value in hub.items() if not name.startswith("MLFLOW")}
    return folder, python, env


@pytest.fixture
def server(tracked, tmp_path):
    """A server with a SQLite file, until the test ends: its address and its process."""
    _, python, env = tracked
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    argv = [python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    argv += ["--backend-store-uri", f"sqlite:///{tmp_path}/db", "--artifacts-destination", str(tmp_path / "kept")]
    env = env | {"MLFLOW_DISABLE_TELEMETRY": "true"}
    with (tmp_path / "log").open("w") as log:
        started = subprocess.Popen(argv, env=env, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).read()
            break
        except OSError:
            assert time.monotonic() < until and started.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.3)
    yield address, started
    os.killpg(started.pid, signal.SIGCONT)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def harness(tracked, *arguments, uri=None, check=True):
    folder, python, env = tracked
    env = env | ({"MLFLOW_TRACKING_URI": uri} if uri else {})
    return conftest.harness(folder, python, *arguments, env=env, check=check)


def read_back(tracked, uri, place):
    _, python, env = tracked
    place.mkdir()
    return json.loads(run(python, "-c", READ, uri, place, cwd=place, env=env).stdout.splitlines()[-1])


@pytest.mark.slow
def test_what_is_read_back_equals_the_record(tracked, server, tmp_path):
    folder, (address, process) = tracked[0], server
    harness(tracked, "run", uri=address)
    (path,) = folder.glob("runs/*/run.json")
    facts = json.loads(path.read_text(encoding="utf-8"))
    harness(tracked, "runs", "track", facts["id"], uri=address)  # again: nothing may be there twice
    (found,) = read_back(tracked, address, tmp_path / "read")
    assert (found["name"], found["status"]) == (facts["id"], "FINISHED")
    for key in ("verdict", "status", "commit", "user", "host", "id", "plan_sha256", "data_sha256", "committed"):
        assert found["tags"][key] == str(facts[key])
    for key in ("metric", "margin", "alpha"):
        assert found["params"][f"question.{key}"] == str(facts["plan"]["question"][key])
    assert found["params"]["lock_sha256"] == facts["lock_sha256"]
    fits = 0
    with path.with_name("scores.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            for metric in facts["metrics"]:
                points = found["points"].get(f"{row['kind']}.{row['name']}.{metric}", [])
                if row[metric]:
                    step = int(row["repeat"]) * 2 + int(row["fold"])
                    assert points.count([step, float(row[metric])]) == 1
                    fits += 1
    assert fits > 50
    for role, scores in facts["estimates"]["role"].items():
        for metric, one in scores.items():
            for key in ("value", "low", "high") if one else ():
                told = found["points"].get(f"estimates.role.{role}.{metric}.{key}")
                assert told == (None if one[key] is None else [[0, one[key]]])
    files = {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    kept = {one.name: one.read_bytes() for one in (tmp_path / "read").iterdir() if one.is_file()}
    assert kept == files and "report.html" in files

    os.killpg(process.pid, signal.SIGSTOP)  # it takes the connection and never answers
    began = time.monotonic()
    done = harness(tracked, "run", uri=address)
    assert "warning: tracking:" in done.stderr and "runs track" in done.stderr and time.monotonic() - began < 110
    assert "no conclusion" in done.stdout or "equivalent" in done.stdout or "supported" in done.stdout


@pytest.mark.slow
def test_a_server_that_dies_half_way_or_is_not_there(tracked, server):
    folder, (address, process) = tracked[0], server
    if not list(folder.glob("runs/*/run.json")):
        harness(tracked, "run")
    (log,) = [one for one in process.args if str(one).startswith("sqlite:///")]
    kept = log.removeprefix("sqlite:///")
    track = [tracked[1], "-m", "harness", "runs", "track"]
    env = tracked[2] | {"MLFLOW_TRACKING_URI": address}
    sending = subprocess.Popen(track, cwd=folder, env=env, stderr=subprocess.PIPE, text=True)
    ask = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('select count(*) from runs').fetchone()[0])"
    while run(tracked[1], "-c", ask, kept, cwd=folder).stdout.strip() == "0" and sending.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)  # the run is there, its values are not
    _, said = sending.communicate(timeout=110)
    assert sending.returncode == 1 and "did not take the run" in said and "Traceback" not in said
    done = harness(tracked, "run", uri=address)  # nobody there
    assert "warning: tracking:" in done.stderr
    done = harness(tracked, "run", uri="file:./store")
    assert "MLflow keeps no store of files" in done.stderr


@pytest.mark.slow
def test_without_an_address_it_is_a_file(tracked, tmp_path):
    folder = tracked[0]
    harness(tracked, "run")
    found = read_back(tracked, f"sqlite:///{folder}/runs/mlflow.db", tmp_path / "read")
    newest = max(one.name for one in folder.glob("runs/[0-9]*"))
    assert newest in [one["name"] for one in found]
