"""Tracking: the facts of a record, sent to MLflow too, where requirements/tracking.txt is installed.

The record is whole without it. What goes wrong here costs a sentence, never the run.
"""

import importlib.util
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness import files
from harness.provenance import record
from harness.provenance.runs import flat

URI, INSTALL = "MLFLOW_TRACKING_URI", "uv pip install --require-hashes -r requirements/tracking.txt"
PATIENT_S, LIMIT_S = 600, 90
SETTINGS = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "10", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
SETTINGS |= {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_ENABLE_ASYNC_LOGGING": "false"}


def address(root: Path) -> str:
    """Return where the facts go: MLFLOW_TRACKING_URI, else a SQLite file in runs/."""
    return os.environ.get(URI) or f"sqlite:///{(root / 'runs' / 'mlflow.db').as_posix()}"


def shown(text: str) -> str:
    """
    Take passwords out of addresses in a text.

    Examples
    --------
    >>> shown("http://TOKEN@example.org/x")
    'http://example.org/x'
    """
    return re.sub(r"//[^/@\s]*@", "//", text)


def send(root: Path, folder: Path) -> None:
    """Send a run at its end; print a warning if it was asked for and does not work."""
    wanted = importlib.util.find_spec("mlflow") is not None or os.environ.get(URI)
    if wanted and (message := problem(root, folder, LIMIT_S)):
        print(f"warning: {message}", file=sys.stderr)


def problem(root: Path, folder: Path, limit_s: float) -> str | None:
    """Send a run in a process of its own, which may not take longer than that; return what went wrong, or None."""
    uri, later = address(root), f"the record is whole; later: `harness runs track {folder.name}`"
    if importlib.util.find_spec("mlflow") is None:
        return f"tracking: MLflow is not installed: {INSTALL}; {later}"
    if len(urlsplit(uri).scheme) < 2 or urlsplit(uri).scheme == "file":
        instead = "MLflow keeps no store of files any more: give sqlite:///... or http://..."
        return f"tracking: {URI}={uri}: {instead}; {later}"
    command = [sys.executable, "-m", "harness.provenance.tracking", str(root), str(folder.resolve())]
    try:
        done = subprocess.run(command, cwd=root, env=os.environ | SETTINGS, capture_output=True, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"tracking: {shown(uri)} did not answer within {limit_s} s; {later}"
    if done.returncode:
        *_, reason = ["it said nothing", *done.stderr.decode(errors="replace").strip().splitlines()]
        return f"tracking: {shown(uri)} did not take the run: {shown(reason)[:300]}; {later}"
    return None


def metrics(folder: Path, run: dict[str, Any]) -> list[tuple[str, float, int]]:
    """Return name, value and step of each number: what was used, estimates, differences, and the scores by fold."""
    numbers = {key: run[key] for key in ("wall_s", "cpu_s", "memory_mb")}
    numbers |= flat({"estimates": run.get("estimates", {})})
    for other in run.get("comparisons", []):
        numbers |= {f"difference.{other['kind']}.{other['name']}.{key}": other[key] for key in ("value", "low", "high")}
    points = [(key, value, 0) for key, value in numbers.items() if isinstance(value, int | float)]
    if not (folder / "scores.csv").is_file():
        return points
    scores, evaluation = record.read_scores(folder), run["plan"]["evaluation"]
    step = (scores["repeat"] * evaluation["seeds"] + scores["seed"]) * evaluation["folds"] + scores["fold"]
    names = scores["kind"] + "." + scores["name"] + "."
    for key in scores.select_dtypes("number").columns.drop(["repeat", "seed", "fold"]):
        known = scores[key].notna()
        points += zip(names[known] + key, scores.loc[known, key].tolist(), step[known].tolist(), strict=True)
    return points


def upload(root: Path, folder: Path) -> None:
    """Write a run into MLflow: anew, or over what an earlier try left there."""
    import mlflow  # of the extra [mlflow]
    from mlflow.entities import Metric, Param, RunTag

    run, client = record.read(folder), mlflow.MlflowClient(address(root))
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", files.load(root, "pyproject.toml")["project"]["name"])
    place = None if os.environ.get(URI) else (root / "runs" / ".mlflow-artifacts").as_uri()
    known = client.get_experiment_by_name(name)
    experiment = known.experiment_id if known else client.create_experiment(name, artifact_location=place)
    moments = (run["started"], run.get("ended", run["started"]))
    began, ended = (round(1000 * datetime.fromisoformat(moment).timestamp()) for moment in moments)
    earlier = client.search_runs([experiment], f"tags.id = '{run['id']}'")
    sent = earlier[0] if earlier else client.create_run(experiment, began, {"id": run["id"]}, run_name=run["id"])
    params = flat(run.get("plan", {})) | {key: run[key] for key in ("commit", "lock_sha256", "data_sha256")}
    tags = {key: value for key, value in run.items() if not isinstance(value, dict | list)}
    tags |= {"mlflow.user": run["user"], "mlflow.source.name": run["command"]}
    client.log_batch(
        sent.info.run_id,
        metrics=[Metric(legal(key), value, ended, step) for key, value, step in metrics(folder, run)],
        params=[Param(legal(key), str(value)[:6000]) for key, value in params.items()],
        tags=[RunTag(legal(key), str(value)[:8000]) for key, value in tags.items()],
    )
    client.log_artifacts(sent.info.run_id, str(folder))
    client.set_terminated(sent.info.run_id, "KILLED" if run["status"] == "stopped" else run["status"].upper(), ended)


def legal(name: str) -> str:
    """Return a name with the characters that MLflow takes."""
    return re.sub(r"[^\w. :/-]", "_", name)[:250]


if __name__ == "__main__":
    upload(Path(sys.argv[1]), Path(sys.argv[2]))
