"""Elsewhere: data and models are asked in fresh processes (`scene`), where all is changed that should not matter."""

import itertools
import os
import pickle
import subprocess
import sys
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from harness.checks.surroundings import commas
from harness.exceptions import StudyError

CHANGES = {  # what is changed: what a result then depends on, and what to do
    "again": ("differs each time", "give every generator a seed: np.random.default_rng(seed)"),
    "numpy": ("follows NumPy's global generator", "pass random_state=..., or draw from np.random.default_rng(seed)"),
    "random": ("follows Python's global generator", "draw from random.Random(seed)"),
    "torch": ("follows PyTorch's global generator", "call torch.manual_seed(seed) in fit"),
    "before": ("depends on what was done before in the same process", "keep no generator or cache in the module"),
    "clock": ("depends on the time of day", "write the date that is meant into the code"),
    "cpus": ("depends on the number of CPUs", "write the number that is meant into the code"),
    "listing": ("depends on the order in which files are listed", "put sorted() around the list of files"),
    "written": ("depends on when files were written", "write the date, or the order, that is meant into the code"),
    "folder": ("depends on the working folder", "start every path from Path(__file__).parents[1]"),
    "variables": ("depends on environment variables", "write the value that is meant into the code"),
    "home": ("depends on what lies in the home folder", "put what is read into data/raw"),
    "user": ("depends on the name of the user or the host", "write the value that is meant into the code"),
    "temporary": ("depends on the temporary folder", "keep no file there from one call to the next"),
    "umask": ("depends on the umask", "ask for no permissions of files"),
    "zone": (zone := ("depends on the time zone", "name the zone that is meant: ZoneInfo, tz_localize, utc=True")),
    "west": zone,
    "locale": ("depends on the locale", "name the encoding of every file, and the format of numbers and dates"),
    "hash": ("depends on hash(), which is another in each process", "take hashlib.sha256"),
    "sets": (sets := ("follows the order of a set, another in each process", "put sorted() around the set")),
    "more sets": sets,
}
TOGETHER = ("depends on several of its surroundings at once", "take nothing from them but what is written down")
VARIABLES = {  # what is changed by the environment of a process; the rest is changed within
    "folder": {},
    "zone": {"TZ": "EAST-14SUMMER,M3.5.0,M10.5.0/3"},  # 14 hours before Greenwich, 15 in summer, as Europe has it
    "west": {"TZ": "WEST12SUMMER,M3.2.0,M11.1.0"},  # 12 hours behind, 11 in summer, as America has it
    "locale": {"PYTHONUTF8": "0"},  # and LC_ALL; then a locale of C, past the file names
    "sets": {"PYTHONHASHSEED": "1"},
    "more sets": {"PYTHONHASHSEED": "2"},
}
ALL = tuple(tuple(name for name in CHANGES if name not in without) for without in ({"west", "more sets"}, {"zone"}))
COMMAND = "from harness.checks.scene import main; main()"
Request = namedtuple("Request", "models task rows train")  # names of models; positions in rows, to ask about the others


def ask(root, request, *scenes):
    """
    Ask in several scenes, each a tuple of CHANGES, "salt" and a seed.

    Each environment has a fresh process, and each scene a fork of it, since imports take longer than most fits.
    """
    groups: dict[frozenset, list] = {}
    for scene in scenes:
        groups.setdefault(frozenset(VARIABLES.keys() & {*scene}), []).append(scene)
    with ThreadPoolExecutor(3) as pool:
        answers = pool.map(lambda changes: process(Path(root), request, changes, groups[changes]), groups)
        by_scene = dict(zip(itertools.chain(*groups.values()), itertools.chain(*answers), strict=True))
    return [by_scene[scene] for scene in scenes]


def process(root, request, changes, scenes):
    """Ask in a fresh process with another environment; return the answer of each scene."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    for name in VARIABLES:
        env |= VARIABLES[name] if name in changes else {}
    env |= commas() if "locale" in changes else {}
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as place:
        answers = [Path(place, f"answer-{n}") for n in range(len(scenes))]
        message = pickle.dumps((request, scenes, answers))
        folder = place if "folder" in changes else root
        done = subprocess.run([sys.executable, "-c", COMMAND], cwd=folder, env=env, input=message, capture_output=True)
        if all(answer.exists() for answer in answers):
            return [pickle.loads(answer.read_bytes()) for answer in answers]
    complaint = done.stderr.decode(errors="replace").strip()[-300:]
    raise StudyError(f"study/models.py: asked in a fresh process, it broke down: {complaint}")


def why(root, request, equal):
    """Return what makes a difference alone, and what to do; ``equal`` tells whether two answers are the same."""
    usual, *answers = ask(root, request, (), *((name,) for name in CHANGES))
    causes = [name for name, answer in zip(CHANGES, answers, strict=True) if not equal(usual, answer)]
    if "again" in causes:
        causes = ["again"]
    elif len(causes) > 1:
        causes = [name for name in causes if name != "before" and not ("hash" in causes and name.endswith("sets"))]
    advice = dict.fromkeys(CHANGES[name] for name in causes) or [TOGETHER]
    return " and ".join(cause for cause, _ in advice) + ": " + "; ".join(remedy for _, remedy in advice)


def same(answer, other):
    """Whether models say the same, up to sums in another order; between classes that are even, either is right."""
    if isinstance(answer, str) or isinstance(other, str):
        return answer == other
    if not all(close(answer[name], other[name]) for name in ("classes", "predict_proba", "decision_function")):
        return False
    first, second = np.asarray(answer["predict"]), np.asarray(other["predict"])
    if np.ndim(answer["predict_proba"]) == 2:
        clear = np.ptp(np.sort(answer["predict_proba"], axis=1)[:, -2:], axis=1) > 1e-9
        first, second = first[clear], second[clear]
    return close(first, second)


def close(answer, other):
    """Whether lists are the same, numbers up to a relative 1e-9."""
    answer, other = np.asarray(answer), np.asarray(other)
    if {answer.dtype.kind, other.dtype.kind} <= {*"fiub"}:
        return answer.shape == other.shape and np.allclose(answer, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    return np.array_equal(answer, other)
