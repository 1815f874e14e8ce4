"""Replay: repeat a recorded run in a clean clone of its commit, and compare number by number."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .. import StudyError, record
from ..upkeep import environment

LOCK = "requirements/harness.txt"
UNCOMPARED = ["fit_s", "score_s"]  # seconds are not results
KEYS = ["kind", "name", "repeat", "seed", "fold", "n_train", "n_test", "features_in", "features_out"]


class Row(NamedTuple):
    """How one metric came out again."""

    metric: str
    numbers: int
    status: str  # "identical", "within tolerance" or "outside"
    difference: float  # the largest, relative


def compare(recorded, repeated, rtol):
    """
    Compare two long tables of scores; return a Row for each metric, and one for the trials of searches.

    Parameters
    ----------
    recorded, repeated : pandas.DataFrame
    rtol : float
        The relative difference up to which a score is still the same; a count of trials has to be equal.

    Raises
    ------
    StudyError
        If they do not hold the same metrics of the same fits.
    """
    if list(recorded) != list(repeated) or not recorded[KEYS].equals(repeated[KEYS]):
        raise StudyError("replay: not comparable: the two runs did not fit the same models on the same folds")
    rows = []
    for metric in recorded.columns.drop([*KEYS, *UNCOMPARED]):
        old, new = recorded[metric].to_numpy(float), repeated[metric].to_numpy(float)
        same = (old == new) | (np.isnan(old) & np.isnan(new))  # what is undefined has to be undefined again
        with np.errstate(invalid="ignore"):
            difference = np.where(same, 0, np.abs(old - new) / np.maximum(np.abs(old), np.finfo(float).tiny))
        near = metric != "trials" and (difference <= rtol).all()
        status = "identical" if same.all() else "within tolerance" if near else "outside"
        rows.append(Row(metric, len(old), status, float(difference.max())))
    return rows


def subject(root, run_id=None):
    """Find the run to replay: the one named, else the accepted one, else the newest of a committed study, or None."""
    if run_id:
        return root / "runs" / run_id
    if (root / "results" / "run.json").is_file():
        return root / "results"
    able = [run["id"] for run in record.runs(root) if run["status"] == "finished" and run["committed"]]
    return root / "runs" / able[0] if able else None


def call(folder, *command):
    """Run a command in a folder; raise StudyError with what it says if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise StudyError(f"replay: `{' '.join(map(str, command))}` failed:\n{done.stderr or done.stdout}")


def replay(root, folder, workers):
    """
    Repeat a run from a clean clone of its commit, and return what `compare` finds.

    The present environment serves if that commit has the present lock; else one is built from the lock of that commit.
    """
    run = record.read_finished(folder)
    if not run["committed"]:
        raise StudyError(f"replay: run {run['id']} had uncommitted changes, so its code is not in git")
    if record.git(root, "cat-file", "-e", run["commit"]) is None:
        raise StudyError(f"replay: git has no commit {run['commit']}: squashed or rebased away, or a shallow clone?")
    with tempfile.TemporaryDirectory(prefix="replay-") as place:
        clone, out, python = Path(place, "clone"), Path(place, "run"), sys.executable
        call(place, "git", "clone", "--quiet", "--no-hardlinks", root, clone)
        call(clone, "git", "checkout", "--quiet", "--detach", run["commit"])
        if (clone / LOCK).read_bytes() != (root / LOCK).read_bytes():
            print("that commit has another lock: building its environment ...", flush=True)
            call(clone, python, "-m", "harness.upkeep.environment", "--lock", LOCK)
            python = environment.inside(clone / ".venv")
        call(clone, python, "-m", "harness", "run", "--workers", workers, "--out", out)
        return compare(record.read_scores(folder), record.read_scores(out), run["plan"]["replay"]["rtol"])
