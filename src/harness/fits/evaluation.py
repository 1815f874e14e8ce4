"""Evaluation: every model on the same folds, one row a fit in one long table; each finished fit is kept."""

import contextlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from harness.fits import cache, keys, pools, progress, slurm
from harness.fits.fit import Inspect, do, prediction_table
from harness.method import jobs
from harness.method.inputs import Study
from harness.method.jobs import Job
from harness.plan.metrics import Scorers
from harness.study import Dataset

KEYS = ["kind", "name", "repeat", "seed", "fold"]


class Evaluation(NamedTuple):
    """What came out of all fits."""

    scores: pd.DataFrame  # one row a fit: KEYS, metrics, rows, features, trials, seconds, diagnostics, machine
    predictions: pd.DataFrame  # of unseen rows, by each role: name, row, fold, truth, prediction and what else it says
    explanations: list[dict[str, Any]]  # what `inspect` says of each fold
    done: int  # how many fits were done now
    curves: list[dict[str, Any]]  # of each role that noted any: name, fold, and the numbers of its epochs by name
    kept: int  # and how many were kept from earlier runs; what is the same model on the same rows is one fit


def do_and_keep(
    job: Job,
    dataset: Dataset,
    scorers: Scorers,
    folder: Path | None,
    name: str,
    inspect: Inspect | None,
    patient: bool = True,
) -> tuple[dict[str, Any] | None, bool]:
    """
    Do one job in a worker, and keep its result there, so that a run that is killed loses only what was under way.

    Return the result, and whether it was made here, and not by another process over the same cache meanwhile. It is
    None where another is at it, and this one is not ``patient``.
    """
    claim = cache.claimed(folder, name, patient) if folder else contextlib.nullcontext(True)
    with claim as is_mine:
        result = cache.read(folder, name) if folder and is_mine else None
        if result or not is_mine:
            return result, False
        files = cache.files_of(folder, name) if folder else None
        result = json.loads(json.dumps(do(job, dataset, scorers, inspect, files)))  # the same, whether kept or fresh
        if folder:
            cache.write(folder, name, result)
    return result, True


def packed(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a result with outputs as arrays, a quarter as large as lists: there is one for each row and fit."""
    more = (result or {}).get("more") or {}
    for method in ("predict_proba", "decision_function"):
        if more.get(method) is not None:
            more[method] = np.array(more[method], float)
    return result


def pool(
    processes: int, scheduler: str, sbatch: Sequence[str] | None, root: Path
) -> contextlib.AbstractContextManager[pools.Pool]:
    """Return the pool that was asked for: jobs of Slurm, by a scheduler's address, else of so many processes."""
    if sbatch is not None:
        return slurm.pool(processes, sbatch, root)
    return pools.remote(scheduler, root) if scheduler else contextlib.nullcontext(pools.local(processes))


def rank(fit: tuple[str, Job]) -> tuple[bool, bool]:
    """
    Return by what fits are begun, the smallest first: roles, since what is wrong with a model is said of its role.

    Then explanations, which take longest, so that no worker is left alone with one at the end.
    """
    _, job = fit
    return job.kind != "role", job.wants != "explanation"


def evaluate(
    study: Study,
    workers: int,
    folder: Path | None = None,
    inspect: Inspect | None = None,
    looking: bool = True,
    machine: str = "",
    scheduler: str = "",
    sbatch: Sequence[str] | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Evaluation:
    """
    Run all fits of the plan on the development rows.

    Parameters
    ----------
    workers : int
        Processes; the results do not depend on their number.
    folder : pathlib.Path, optional
        Of the cache; without it nothing is kept.
    inspect : callable, optional
        Looks into a fitted model where a job asks for that; `inspection.importance.inspect` is the one that runs use.
    looking : bool
        Whether to do also the fits that look into the candidate.
    machine : str
        What the record says of this one; fits that were kept on another are done again.
    scheduler : str
        Address of a Dask scheduler whose workers do the fits instead.
    sbatch : sequence of str, optional
        Options for jobs of Slurm that do the fits instead; () for none but the site's.
    tell : callable
        Is told, after each fit, how many are done.
    """
    data, fits = jobs.plan_jobs(study, looking)
    scorers = study.scorers
    hashes = {name: (keys.types(dataset, study.root), keys.row_hashes(dataset)) for name, dataset in data.items()}
    names = [keys.key(job, hashes[job.data], scorers, study.root, machine) for job in fits]
    if folder:
        cache.sweep(folder)
    results: dict[str, Any] = {name: packed(cache.read(folder, name)) if folder else None for name in names}
    missing: dict[str, Job] = {}
    for name, job in sorted(zip(names, fits, strict=True), key=rank):
        if results[name] is None:
            missing.setdefault(name, job)  # two that are one fit
    done, taken = 0, defaultdict[str, list[float]](list)
    for name, job in zip(names, fits, strict=True):
        if row := (results[name] or {}).get("row"):
            taken[job.build.__name__].append(row["fit_s"] + row["score_s"])
    if missing:
        builders = [job.build.__name__ for job in missing.values()]
        print(progress.forecast(builders, taken, 0 if scheduler else workers), flush=True)
    try:
        far = (scheduler, sbatch) if missing else ("", None)  # no job of Slurm for nothing
        with pool(workers, *far, study.root) as do_all, progress.bar(folder) as bar:
            task = bar.add_task("fitting", total=len(results), completed=len(results) - len(missing))
            for patient in (False, True):  # what another process is at comes last: it may be done by then
                left = {name: job for name, job in missing.items() if results[name] is None}
                calls = [(job, data[job.data], scorers, folder, name, inspect, patient) for name, job in left.items()]
                for name, (result, is_new) in zip(left, do_all(do_and_keep, calls), strict=True):
                    results[name], done = packed(result), done + is_new
                    bar.advance(task, result is not None)
                    tell(f"{bar.tasks[task].completed:.0f} of {len(results)} fits")
    except BaseException as error:
        if kept := sum(cache.path(folder, name).is_file() for name in results) if folder else 0:
            how = "; the same command goes on" if isinstance(error, KeyboardInterrupt) else ""
            print(f"Stopped: {kept} of {len(results)} fits are kept{how}.", file=sys.stderr)
        raise
    outcomes = [(job, results[name]["row"], results[name]["more"]) for name, job in zip(names, fits, strict=True)]
    tables = [prediction_table(job, data[job.data], more) for job, _, more in outcomes if job.wants == "outputs"]
    return Evaluation(
        scores=pd.DataFrame([{key: getattr(job, key) for key in KEYS} | row for job, row, _ in outcomes]),
        predictions=pd.concat(tables),
        explanations=[more for job, _, more in outcomes if job.wants == "explanation" and inspect],
        curves=[
            {"name": job.name, "fold": job.fold, "curves": more["curves"]}
            for job, _, more in outcomes
            if "curves" in (more or {})
        ],
        done=done,
        kept=len(results) - done,
    )
