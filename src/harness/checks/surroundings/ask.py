"""Ask: start processes in which something is changed, and compare what load() and the models say there."""

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from harness.exceptions import StudyError
from harness.study import Dataset

COMMAND = "import sys; from harness.checks.surroundings.act import main; main(sys.argv[1])"
CHANGES = {  # what is changed: what a result then depends on, and what to do
    "again": ("differs each time", "give every generator a seed: np.random.default_rng(seed)"),
    "numpy": ("follows NumPy's global generator", "pass random_state=..., or draw from np.random.default_rng(seed)"),
    "random": ("follows Python's global generator", "draw from random.Random(seed)"),
    "torch": ("follows PyTorch's global generator", "call torch.manual_seed(seed) in fit"),
    "before": ("depends on what was done before in the same process", "keep no generator or cache in the module"),
    "clock": ("depends on the time of day", "write the date that is meant into the code"),
    "cpus": ("depends on the number of CPUs", "write the number that is meant into the code"),
    "listing": ("depends on the order in which files are listed", "put sorted() around the list of files"),
    "folder": ("depends on the working folder", "start every path from Path(__file__).parents[1]"),
    "zone": ("depends on time zone or locale", "name the time zone, and the encoding of every file"),
    "hash": ("follows the order of a set, another in each process", "put sorted() around the set"),
}


class Scene(NamedTuple):
    """One time that the study is asked: in which surroundings, and what about."""

    changes: tuple = ()  # of CHANGES
    lively: bool = False  # whether the seed reaches what is drawn
    hidden: bool = False  # whether models know of the rows that they are not given


class Request(NamedTuple):
    """What a process is asked."""

    models: list  # names of functions in study/models.py
    task: str
    rows: Dataset
    train: np.ndarray  # positions; the others are asked about
    scenes: list


class Answer(NamedTuple):
    """What came of a scene; a sentence stands for what could not be had."""

    loaded: object  # table and what the harness makes of it
    said: dict  # model -> what it says of the rows that it was not fitted on
    draws: dict  # model -> "alive", "dead" (it draws, but not by its seed) or "none"
    opened: dict  # model, or "" for the import of all -> the raw file that it opened, or None


def start(root, request, hash_seed):
    """Start a process, in which sets of text have another order for another hash seed."""
    place = tempfile.TemporaryDirectory(prefix="surroundings-")
    Path(place.name, "request").write_bytes(pickle.dumps(request))
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": path}
    command = [sys.executable, "-c", COMMAND, place.name]
    said = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return place, subprocess.Popen(command, cwd=root, env=env, text=True, **said)


def ask(root, requests):
    """Ask several requests at once, each in a process with another order of sets; return the answers of each."""
    found, started = [], [start(root, one, hash_seed) for hash_seed, one in requests]
    for place, process in started:
        complaint = process.communicate()[1]
        path = Path(place.name, "answers")
        found.append(pickle.loads(path.read_bytes()) if path.exists() else complaint)
        place.cleanup()
    for one in found:
        if isinstance(one, str):
            raise StudyError(f"study/models.py: asked in a fresh process, it broke down: {one.strip()[-300:]}")
    return found


def causes(root, request, equal):
    """
    Name what makes a difference alone; nothing, if only several changes at once do.

    Parameters
    ----------
    root : pathlib.Path
    request : Request
    equal : function
        Whether two answers are the same.
    """
    alone = [name for name in CHANGES if name != "hash"]
    one = request._replace(scenes=[Scene(), *(Scene((name,)) for name in alone)])
    sets = request._replace(scenes=[Scene()])
    (usual, *changed), *shuffled = ask(root, [(0, one), (1, sets), (2, sets)])
    found = [name for name, answer in zip(alone, changed, strict=True) if not equal(usual, answer)]
    found = ["again"] if "again" in found else [one for one in found if one != "before" or len(found) == 1]
    return found or (["hash"] if not all(equal(usual, answer) for (answer,) in shuffled) else [])


def same(one, two):
    """Whether models say the same, up to sums in another order; between classes that are even, either is right."""
    if isinstance(one, str) or isinstance(two, str):
        return one == two
    telling = ("classes", "predict_proba", "decision_function")
    if not all(close(one[name], two[name]) for name in telling):
        return False
    first, second = np.asarray(one["predict"]), np.asarray(two["predict"])
    if one["predict_proba"] and np.ndim(one["predict_proba"]) == 2:
        top = np.sort(one["predict_proba"], axis=1)[:, -2:]
        clear = np.ptp(top, axis=1) > 1e-9
        first, second = first[clear], second[clear]
    return close(first, second)


def close(one, two):
    """Whether lists are the same, numbers up to a relative 1e-9."""
    if one is None or two is None:
        return one is two
    one, two = np.asarray(one), np.asarray(two)
    if one.shape != two.shape or one.dtype.kind not in "fiub" or two.dtype.kind not in "fiub":
        return one.shape == two.shape and bool(np.all(one == two))
    return np.allclose(one, two, rtol=1e-9, atol=1e-12, equal_nan=True)
