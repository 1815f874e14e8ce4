"""The record of a run: what was run, on what, where, and what came out. One folder a run."""

import contextlib
import getpass
import hashlib
import json
import os
import platform
import secrets
import shlex
import socket
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata

import pandas as pd
from threadpoolctl import threadpool_info

from . import StudyError

POOL = ["internal_api", "version", "architecture", "num_threads"]
VARIABLES = ["PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TZ", "LANG", "LC_ALL"]


def git(root, *arguments):
    """Output of a git command; None where git, the repository or a first commit is missing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def is_committed(root):
    """Whether there is a commit that holds every file as it lies."""
    return git(root, "rev-parse", "HEAD") is not None and git(root, "status", "--porcelain") == ""


def user():
    """Name of the user; the number where, as in many containers, nobody gave it a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def file_hash(path):
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def circumstances(root):
    """Code, data, environment and machine, as they are now."""
    return {
        "command": shlex.join(["python", "-m", "harness", *sys.argv[1:]]),
        "user": user(),
        "host": socket.gethostname(),
        "commit": git(root, "rev-parse", "HEAD"),
        "committed": is_committed(root),
        "plan_sha256": file_hash(root / "study" / "plan.toml"),
        "data_sha256": file_hash(root / "data" / "MANIFEST.sha256"),
        "lock_sha256": file_hash(root / "requirements" / "harness.txt"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": {name: metadata.version(name) for name in ("numpy", "pandas", "scikit-learn", "scipy", "joblib")},
        "thread_pools": [{key: pool.get(key) for key in POOL} for pool in threadpool_info()],
        "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }


def write_text(path, text):
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def read(folder):
    """Read run.json of a run's folder."""
    try:
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StudyError(f"{folder / 'run.json'} cannot be read: {error} (python -m harness runs)") from None


def read_finished(folder):
    """Read run.json of a run that came to its end."""
    run = read(folder)
    if run["status"] != "finished":
        raise StudyError(f"run {run['id']} is {run['status']}, it has no result: {run.get('error', '')}")
    return run


def write_table(path, table):
    """Write a table as CSV, return its hash; the shortest notation of a float keeps every bit."""
    named = not isinstance(table.index, pd.RangeIndex) and table.index.name is not None
    write_text(path, table.to_csv(index=named, lineterminator="\n"))
    return file_hash(path)


def write_json(path, facts):
    """Write facts as JSON; what is not a number is refused, not written."""
    write_text(path, json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_scores(folder):
    """Read scores.csv, bit for bit."""
    return pd.read_csv(folder / "scores.csv", dtype={"kind": str, "name": str})


@contextlib.contextmanager
def recording(root, folder=None):
    """
    Keep the record of a run from its first second, however it ends.

    Parameters
    ----------
    root : pathlib.Path
    folder : pathlib.Path, optional
        Where to write; by default a new folder in runs/.

    Yields
    ------
    folder : pathlib.Path
    run : dict
        The record; what is added to it is written at the end.
    """
    started = datetime.now(UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder = folder or root / "runs" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    run = {"version": 2, "id": run_id, "status": "running", "started": started.isoformat()} | circumstances(root)

    def write():
        write_json(folder / "run.json", run)

    write()
    try:
        yield folder, run
        run["status"] = "finished"
    except BaseException as error:
        run |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
        raise
    finally:
        ended = datetime.now(UTC)
        run |= {"ended": ended.isoformat(), "wall_s": (ended - started).total_seconds()}
        write()


def runs(root):
    """All records in runs/, newest first; one that cannot be read is named, not hidden."""
    for folder in sorted((root / "runs").glob("[!.]*/"), reverse=True):
        try:
            yield read(folder)
        except StudyError as error:
            yield {"id": folder.name, "status": "unreadable", "error": str(error)}
