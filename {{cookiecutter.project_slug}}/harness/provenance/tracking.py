"""Tracking: the facts of a record, sent to MLflow too. Optional: the record is complete without it.

As a module it runs in a process of its own, so that a server that does not answer cannot hold up a run:
``python -m harness.provenance.tracking FOLDER``.
"""

import contextlib
import csv
import importlib.util
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from .. import StudyError, record

LIMIT_S = 180
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet"}
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20"}
INSTALL = ".venv/bin/python -m pip install --require-hashes -r requirements/tracking.txt"
HASHES = ("plan_sha256", "data_sha256", "lock_sha256", "scores_sha256")
TAGS = ("id", "status", "verdict", "reason", "error", "commit", "git", "committed", "user", "name", "host", "command")
STATUSES = {"finished": "FINISHED", "failed": "FAILED", "killed": "KILLED"}
MOST = {"params": 100, "metrics": 1000}  # in one request, as MLflow takes them


def wanted():
    """Whether there is somebody to send to: MLflow is installed, or a server is named."""
    return "MLFLOW_TRACKING_URI" in os.environ or importlib.util.find_spec("mlflow") is not None


def send(folder, root):
    """
    Send a run to MLflow, within `LIMIT_S` seconds; return a sentence that says where it is.

    Raises
    ------
    StudyError
        If it did not get there, with why, and how to send it later.
    """
    if importlib.util.find_spec("mlflow") is None:
        raise StudyError(f"track: MLflow is not installed: {INSTALL}")
    address = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{root / 'runs' / 'mlflow.db'}"
    if address.startswith("file:") or "://" not in address:
        raise StudyError(
            f"track: MLFLOW_TRACKING_URI={address}: MLflow keeps no runs in folders any more: sqlite:///..."
        )
    command = [sys.executable, "-m", __spec__.name, str(folder), address]
    later = f"later: python -m harness runs track {folder.name}"
    try:
        done = subprocess.run(
            command, cwd=root, env=PATIENCE | dict(os.environ) | QUIET, capture_output=True, text=True, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired:
        raise StudyError(f"track: {address} did not take the run within {LIMIT_S} s; {later}") from None
    if done.returncode:
        why = (done.stderr.strip() or "no message").splitlines()[-1]
        raise StudyError(f"track: the run did not get to {address}: {why[:200]}; {later}")
    return f"tracked at {address}"


@contextlib.contextmanager
def afterwards(root):
    """Yield a list; send the runs whose folders are put into it, however they end. A failure is a warning, no more."""
    folders = []
    try:
        yield folders
    finally:
        for folder in folders if wanted() else ():
            try:
                print(send(folder, root), flush=True)
            except StudyError as error:
                print(f"WARNING: {error}", file=sys.stderr, flush=True)


def milliseconds(text):
    """Turn a time of the record into MLflow's."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def params(run):
    """Flatten the resolved plan, and what fixes code, data and packages, into names and texts."""

    def flat(value, name):
        if isinstance(value, dict) and value:
            return {key: text for one in value for key, text in flat(value[one], f"{name}.{one}").items()}
        return {name: str(value)[:6000]}

    return flat(run.get("plan", {}), "plan") | {name: str(run[name]) for name in HASHES if name in run}


def metrics(folder, run):
    """List (name, value, step): each fit's scores by kind and model, step = repeat x folds + fold; the estimates."""
    found = []
    if run["status"] == "finished":
        folds = run["plan"]["evaluation"]["folds"]
        with (folder / "scores.csv").open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                place = f"{row['kind']}.{row['name']}" + (f".seed {row['seed']}" if int(row["seed"]) else "")
                step = int(row["repeat"]) * folds + int(row["fold"])
                found += [(f"{place}.{name}", float(row[name]), step) for name in run["metrics"] if row[name]]
        for kind, models in run["estimates"].items():
            for model, scores in models.items():
                for name, estimate in scores.items():
                    ends = {key: estimate[key] for key in ("value", "low", "high")} if estimate else {}
                    found += [
                        (f"estimate.{kind}.{model}.{name}.{key}", end, 0)
                        for key, end in ends.items()
                        if end is not None
                    ]
    return found + [(name, float(run[name]), 0) for name in ("wall_s", "cpu_s", "memory_mb")]


def track(folder, address):
    """Write a run into MLflow; one that is there already, by its id, is written anew."""
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

    run, client = record.read(folder), MlflowClient(tracking_uri=address)
    name = Path.cwd().name
    known = client.get_experiment_by_name(name)
    experiment = known.experiment_id if known else client.create_experiment(name)
    for old in client.search_runs([experiment], f"tags.id = '{run['id']}'"):
        client.delete_run(old.info.run_id)
    tags = {key: str(run[key])[:5000] for key in TAGS if key in run}
    began, ended = milliseconds(run["started"]), milliseconds(run["ended"])
    made = client.create_run(experiment, start_time=began, tags=tags, run_name=run["id"]).info.run_id
    parts = {
        "params": [Param(key, value) for key, value in params(run).items()],
        "metrics": [Metric(key, value, ended, step) for key, value, step in metrics(folder, run)],
    }
    for kind, all_of in parts.items():
        for start in range(0, len(all_of), MOST[kind]):
            client.log_batch(made, **{kind: all_of[start : start + MOST[kind]]})
    client.log_artifacts(made, str(folder))
    client.log_batch(made, tags=[RunTag("complete", "yes")])
    client.set_terminated(made, STATUSES[run["status"]], end_time=ended)


if __name__ == "__main__":
    try:
        track(Path(sys.argv[1]), sys.argv[2])
    except Exception as error:  # whatever a server or MLflow can raise: the caller tells it as a warning
        sys.exit(f"{type(error).__name__}: {' '.join(str(error).split())}")
