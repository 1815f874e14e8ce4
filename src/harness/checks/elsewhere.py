"""Elsewhere: data and models are asked in fresh processes, where all is changed that should not matter."""

import itertools
import locale
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from abc import ABCMeta
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import time_machine
from joblib import parallel_config
from threadpoolctl import threadpool_limits

from harness import seeds
from harness.exceptions import StudyError
from harness.method import fit, jobs
from harness.study import data_module, model_functions, read_raw, tidied, valid_table

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
    "sets": (sets := ("follows the order of a set, another in each process", "put sorted() around the set")),
    "more sets": sets,
}
TOGETHER = ("depends on several of its surroundings at once", "take nothing from them but what is written down")
VARIABLES = {  # what is changed by the environment of a process; the rest is changed within
    "folder": {},
    "zone": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},  # then LC_ALL=C, past the file names
    "sets": {"PYTHONHASHSEED": "1"},
    "more sets": {"PYTHONHASHSEED": "2"},
}
LATER_S = 34_567_891.25  # more than a year
COMMAND = "from harness.checks.elsewhere import main; main()"
NOISES = {"numpy": np.random.seed, "random": random.seed}  # as they are before `patch`
KINDS = ("default_rng", "seed", "RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
NOW: set[str | int] = set()  # the scene of this process: of CHANGES; "salt", the seeds of all generators
Request = namedtuple("Request", "models task rows train")  # names of models; positions in rows, to ask about the others
Answer = namedtuple("Answer", "table outputs")  # of each model


def ask(root, request, *scenes):
    """Ask in several scenes, each a tuple of CHANGES, "salt" and a seed, and each in a process of its own."""
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(lambda scene: process(Path(root), request, scene), scenes))


def process(root, request, scene):
    """Ask in a fresh process, whose environment is part of the scene."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    for name in scene:
        env |= VARIABLES.get(name, {})
    with tempfile.TemporaryDirectory(prefix="elsewhere-") as place:
        folder, answer = place if "folder" in scene else root, Path(place, "answer")
        command, asked = [sys.executable, "-c", COMMAND, str(answer)], pickle.dumps((request, scene))
        done = subprocess.run(command, cwd=folder, env=env, input=asked, capture_output=True)
        if answer.exists():
            return pickle.loads(answer.read_bytes())
    complaint = done.stderr.decode(errors="replace").strip()[-300:]
    raise StudyError(f"study/models.py: asked in a fresh process, it broke down: {complaint}")


def why(root, request, equal):
    """Return what makes a difference alone, and what to do; ``equal`` tells whether two answers are the same."""
    usual, *answers = ask(root, request, (), *((name,) for name in CHANGES))
    causes = [name for name, answer in zip(CHANGES, answers, strict=True) if not equal(usual, answer)]
    if "again" in causes:
        causes = ["again"]
    elif len(causes) > 1:
        causes = [name for name in causes if name != "before"]
    advice = dict.fromkeys(CHANGES[name] for name in causes) or [TOGETHER]
    return " and ".join(cause for cause, _ in advice) + ": " + "; ".join(remedy for _, remedy in advice)


def same(one, two):
    """Whether models say the same, up to sums in another order; between classes that are even, either is right."""
    if isinstance(one, str) or isinstance(two, str):
        return one == two
    if not all(close(one[name], two[name]) for name in ("classes", "predict_proba", "decision_function")):
        return False
    first, second = np.asarray(one["predict"]), np.asarray(two["predict"])
    if np.ndim(one["predict_proba"]) == 2:
        clear = np.ptp(np.sort(one["predict_proba"], axis=1)[:, -2:], axis=1) > 1e-9
        first, second = first[clear], second[clear]
    return close(first, second)


def close(one, two):
    """Whether lists are the same, numbers up to a relative 1e-9."""
    one, two = np.asarray(one), np.asarray(two)
    if {one.dtype.kind, two.dtype.kind} <= {*"fiub"}:
        return one.shape == two.shape and np.allclose(one, two, rtol=1e-9, atol=1e-12, equal_nan=True)
    return np.array_equal(one, two)


def main():
    """Answer what standard input asks; from here on, all is done in the process that is asked."""
    request, scene = pickle.load(sys.stdin.buffer)
    NOW.update(scene)
    if "zone" in NOW:
        locale.setlocale(locale.LC_ALL, "C")
    patch()
    later_s = LATER_S if "clock" in NOW else 0
    # One thread and one process: workers would need copies of what is patched here.
    with threadpool_limits(1), parallel_config("sequential"), time_machine.travel(time.time() + later_s):
        seed_globally()
        answer = Answer(attempt(table), {})
        seed = next((item for item in scene if isinstance(item, int)), 1)
        for model_seed in (9, seed) if "before" in NOW else (seed,):
            answer.outputs.update((name, attempt(outputs, request, name, model_seed)) for name in request.models)
    Path(sys.argv[1]).write_bytes(pickle.dumps(answer))


def patch():
    """Let lists of files, the number of CPUs and generators be as NOW says."""
    listdir, scandir = os.listdir, os.scandir

    class Listed(itertools.chain):
        __enter__ = itertools.chain.__iter__
        __exit__ = close = lambda *_: None

    def scanned(path="."):
        with scandir(path) as entries:
            return Listed(sorted(entries, key=lambda entry: os.fsdecode(entry.name), reverse="listing" in NOW))

    def cpus():
        return 2 if "cpus" in NOW else 1

    patched: dict[str, Any] = {
        "cpu_count": cpus,
        "process_cpu_count": cpus,
        "sched_getaffinity": lambda pid=0: set(range(cpus())),
        "scandir": scanned,
        "listdir": lambda path=".": sorted(listdir(path), reverse="listing" in NOW),
    }
    for name in patched.keys() & vars(os).keys():
        setattr(os, name, patched[name])
    for module, names in ((np.random, KINDS), (random, ("seed", "Random"))):
        for name in names:
            setattr(module, name, salting(getattr(module, name)))
    seeds.seed_everything = seed_globally


def salting(real):
    """Return what makes the same generators, but of other seeds while those are salted."""
    if isinstance(real, type):  # what is of this class counts as of the other
        like = {"__subclasshook__": classmethod(lambda _, other: issubclass(other, real))}
        return ABCMeta(real.__name__, (real,), like | {"__init__": salting(vars(real)["__init__"])})
    return lambda *args, **named: real(*map(salted, args), **{key: salted(value) for key, value in named.items()})


def salted(seed):
    """Return another seed if seeds are salted now; None stays None."""
    if isinstance(seed, list | tuple):
        return type(seed)(map(salted, seed))
    return (int(seed) + 7) % 2**32 if "salt" in NOW and isinstance(seed, int | np.integer) else seed


def seed_globally(_seed=0):
    """Bring the global generators into a state that the seed of a model says nothing of."""
    torch = {"torch": sys.modules["torch"].manual_seed} if "torch" in sys.modules else {}
    for name, begin in (NOISES | torch).items():
        begin(2 if name in NOW else 1)


def attempt(function, *arguments):
    """Return what a function returns that calls the study's code, or, as text, why it cannot."""
    try:
        return function(*arguments)
    except StudyError as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def table():
    """Read and tidy; return the valid table, with what is excluded."""
    data = data_module()
    if "before" in NOW:
        tidied(data, read_raw(data))
    valid = valid_table(data)
    return valid.assign(**{f"EXCLUDE {reason!r}": mask(valid) for reason, mask in getattr(data, "EXCLUDE", {}).items()})


def outputs(request, name, seed):
    """Fit a model on the training rows; return all that it says of the others."""
    rows, train, build = request.rows, request.train, model_functions()[name]
    columns, test = list(rows.X.columns), np.setdiff1d(np.arange(len(rows.y)), train)
    job = jobs.Job("role", name, request.task, "development", build, columns, seed, train=train)
    return fit.outputs(fit.fit(job, rows.take(train)), rows.X.iloc[test])
