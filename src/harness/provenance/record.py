"""The record of a run: what was run, on what, where, and what came out. One folder a run."""

import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

from harness import files
from harness.exceptions import StudyError
from harness.provenance.schema import VERSION
from harness.provenance.stages import ALIVE, Meter

SILENT = timedelta(minutes=2)  # after so long without one, a run on another machine is taken for dead


def read(folder: Path) -> dict[str, Any]:
    """Read run.json of a run's folder; of a run that died without a word, say so there."""
    run = files.load(folder.parent, f"{folder.name}/run.json")
    if run.get("status") == "running" and "process" in run:
        bury(folder, run)
    return run


def bury(folder: Path, run: dict[str, Any]) -> None:
    """Write into the record of a run whose process is gone that it was killed; add how far another one is."""
    path, pid = folder / ALIVE, run["process"]["pid"]
    used = files.load(folder, ALIVE) if path.is_file() else {"seen": run["started"]}
    seen = datetime.fromisoformat(used.pop("seen"))
    is_here = run["host"] == socket.gethostname()
    is_alive = not is_here and datetime.now(UTC) - seen < SILENT
    with contextlib.suppress(psutil.NoSuchProcess):
        is_alive |= is_here and abs(psutil.Process(pid).create_time() - run["process"]["born"]) < 2  # it, not its heir
    run |= used
    if is_alive:
        return
    run |= {"status": "killed", "error": f"process {pid} ended without a word", "ended": seen.isoformat()}
    if os.access(folder, os.W_OK):
        files.write_json(folder / "run.json", run)
        path.unlink(missing_ok=True)


def read_finished(folder: Path) -> dict[str, Any]:
    """Read run.json of a run that came to its end."""
    run = read(folder)
    if run["status"] != "finished":
        raise StudyError(f"run {run['id']} is {run['status']}, it has no result: {run.get('error', '')}")
    return run


def is_whole(run: dict[str, Any]) -> bool:
    """Return whether a run came to its end, and is neither a replay nor a try."""
    return run["status"] == "finished" and not (run.get("replay_of") or run.get("exploratory"))


def read_scores(folder: Path) -> pd.DataFrame:
    """Read scores.csv, bit for bit."""
    names = dict.fromkeys(["kind", "name", "variant"], str)  # one may be 1, or NA
    return pd.read_csv(folder / "scores.csv", dtype=names, keep_default_na=False, na_values=[""])


@contextlib.contextmanager
def recording(
    root: Path, facts: dict[str, Any], meter: Meter, folder: Path | None = None
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """
    Keep the record of a run from its first second, however it ends, in a folder or a new one in runs/.

    Yield the folder and the record, which begins with ``facts``; what is added to it is written at the end.
    """
    started = datetime.now(UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder = folder or root / "runs" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    process = {"pid": os.getpid(), "born": psutil.Process().create_time()}
    run = {"version": VERSION, "id": run_id, "status": "running", "started": started.isoformat(), "process": process}
    run |= facts | meter.used() | {"stages": meter.stages}

    def write() -> None:
        run.update(meter.used())
        files.write_json(folder / "run.json", run)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt("by SIGTERM")  # which Slurm sends half a minute before it kills

    usual = signal.signal(signal.SIGTERM, stop)
    write()
    meter.folder, meter.after = folder, write  # so that the record of a killed run holds the stages that it had done
    try:
        yield folder, run
        run["status"] = "finished"
    except BaseException as error:
        stopped, message = isinstance(error, KeyboardInterrupt), f"{type(error).__name__}: {error}"
        how = {"status": "stopped", "error": str(error) or "by Ctrl-C"}
        run |= how if stopped else {"status": "failed", "error": message}
        raise
    finally:
        meter.stop()
        run["ended"] = datetime.now(UTC).isoformat()
        write()
        (folder / ALIVE).unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, usual)


def runs(root: Path) -> Iterator[dict[str, Any]]:
    """Yield all records in runs/, newest first; one that cannot be read is named, not hidden."""
    for folder in sorted((root / "runs").glob("[!.]*/"), reverse=True):
        try:
            yield read(folder)
        except StudyError as error:
            yield {"id": folder.name, "status": "unreadable", "error": str(error)}
