"""A scene: what a fresh process does, in which surroundings are changed, and data and models are asked."""

import itertools
import locale
import numbers
import os
import pickle
import random
import sys
import time
import traceback
from abc import ABCMeta
from collections import namedtuple
from typing import Any

import numpy as np
import time_machine
from joblib import parallel_config
from threadpoolctl import threadpool_limits

from harness.checks.surroundings import move
from harness.exceptions import StudyError
from harness.fits import fit
from harness.method import jobs
from harness.study import data_module, model_functions, read_raw, tidied, valid_table

LATER_S = 34_567_891.25  # more than a year
NOISES = {"numpy": np.random.seed, "random": random.seed}  # as they are before `patch`
KINDS = ("default_rng", "seed", "RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
NOW: set[str | int] = set()  # the scene of this process: of CHANGES; "salt", the seeds of all generators
Answer = namedtuple("Answer", "table outputs replaced")  # outputs of each model; what the study put others in place of


def main():
    """Answer what standard input asks, each scene in a fork."""
    request, scenes, answers = pickle.load(sys.stdin.buffer)
    for scene, path in zip(scenes, answers, strict=True):
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        try:
            path.write_bytes(pickle.dumps(answer(request, scene, path.with_suffix(".home"))))
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(0)


def answer(request, scene, folder):
    """Answer in one scene, with a new folder; from here on, all is done in the process that is asked."""
    NOW.update(scene)
    if "locale" in NOW:
        locale.setlocale(locale.LC_ALL, "C")
    patch()
    move(folder, NOW)
    later_s = LATER_S if "clock" in NOW else 0
    # One thread and one process: workers would need copies of what is patched here.
    with threadpool_limits(1), parallel_config("sequential"), time_machine.travel(time.time() + later_s):
        seed_globally()
        before = judging()
        answered = Answer(attempt(table), {}, [])
        seed = next((item for item in scene if isinstance(item, int)), 1)
        for model_seed in (9, seed) if "before" in NOW else (seed,):
            answered.outputs.update((name, attempt(outputs, request, name, model_seed)) for name in request.models)
        now = judging()
        answered.replaced.extend(sorted(name for name in before.keys() & now.keys() if before[name] != now[name]))
        return answered


def patch():
    """Let lists of files, the number of CPUs and generators be as NOW says."""
    listdir, scandir, stat = os.listdir, os.scandir, os.stat

    class Listed(itertools.chain):
        __enter__ = itertools.chain.__iter__
        __exit__ = close = lambda *_: None

    def scanned(path="."):
        with scandir(path) as entries:
            return Listed(sorted(entries, key=lambda entry: os.fsdecode(entry.name), reverse="listing" in NOW))

    def cpus():
        return 2 if "cpus" in NOW else 1

    def written(*args, **named):
        found = stat(*args, **named)
        if "written" not in NOW:
            return found
        turned = {
            name: (2e9 if unit == "" else 2 * 10**18) - getattr(found, name)
            for unit in ("", "_ns")
            for name in (f"st_mtime{unit}", f"st_ctime{unit}")
        }
        return os.stat_result([*found[:8], int(turned["st_mtime"]), int(turned["st_ctime"])], turned)

    patched: dict[str, Any] = {
        "stat": written,
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
    fit.seed_everything = seed_globally  # that of a fit: what a model seeds itself, it may


def other_hash(value):
    """Return another hash of what has another in each process: text, bytes, and what holds them."""
    if isinstance(value, tuple | frozenset):
        return hash(value) if all(other_hash(item) == hash(item) for item in value) else hash((value, "other"))
    return hash(value) if value is None or isinstance(value, numbers.Number) else hash((value, "other"))


def rehash():
    """Let the modules of the study have another hash()."""
    for name in [name for name in sys.modules if name.startswith("study.") and "hash" in NOW]:
        vars(sys.modules[name]).setdefault("hash", other_hash)


def judging():
    """Return by name what scores and judges: functions, their code, and methods, of scikit-learn and the judge."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(("harness.", "sklearn.metrics")) and name != __name__:
            for key, value in list(vars(module).items()):
                parts = {key: value} | (value if key == "_SCORERS" else {})
                parts |= (
                    {f"{key}.{part}": item for part, item in vars(value).items()} if isinstance(value, type) else {}
                )
                for part, item in parts.items():
                    if callable(item):
                        inner = getattr(item, "_score_func", item)
                        kept = (id(item), id(getattr(inner, "__code__", inner)), getattr(item, "_sign", 0))
                        found[f"{name}.{part}"] = kept
    return found


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
    rehash()
    if "before" in NOW:
        tidied(data, read_raw(data))
    valid = valid_table(data)
    return valid.assign(**{f"EXCLUDE {reason!r}": mask(valid) for reason, mask in getattr(data, "EXCLUDE", {}).items()})


def outputs(request, name, seed):
    """Fit a model on the training rows; return all that it says of the others."""
    rows, train, build = request.rows, request.train, model_functions()[name]
    rehash()
    columns, test = list(rows.X.columns), np.setdiff1d(np.arange(len(rows.y)), train)
    job = jobs.Job("role", name, request.task, "development", build, columns, seed, train=train)
    return fit.outputs(fit.fit(job, rows.take(train)), rows.X.iloc[test])
