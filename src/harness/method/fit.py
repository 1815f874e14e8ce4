"""Evaluation: every model on the same folds, one row a fit in one long table; each finished fit is kept."""

import contextlib
import functools
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn import config_context
from threadpoolctl import threadpool_limits

from harness.audit import raw_data_closed
from harness.exceptions import StudyError, blame
from harness.method import (
    cache,
    curves,
    diagnostics,
    estimators,
    jobs,
    pools,
    progress,
    selection,
    slurm,
    splits,
    variation,
)
from harness.method.inputs import Study
from harness.method.jobs import Job
from harness.method.metrics import Scorers, scores_of, weighted
from harness.seeds import seed_everything
from harness.study import Dataset, several

KEYS = ["kind", "name", "repeat", "seed", "fold"]

Inspect = Callable[[Any, Job, Dataset, Any], dict[str, Any]]  # looks into a fitted model


class Evaluation(NamedTuple):
    """What came out of all fits."""

    scores: pd.DataFrame  # one row a fit: KEYS, metrics, rows, features, trials, seconds, diagnostics, machine
    predictions: pd.DataFrame  # of unseen rows, by each role: name, row, fold, truth, prediction and what else it says
    explanations: list[dict[str, Any]]  # what `inspect` says of each fold
    done: int  # how many fits were done now
    curves: list[dict[str, Any]]  # of each role that noted any: name, fold, and the numbers of its epochs by name
    kept: int  # and how many were kept from earlier runs; what is the same model on the same rows is one fit


def training_rows(job: Job, dataset: Dataset) -> Dataset:
    """Return the rows that a job is fitted on, treated as it says."""
    return variation.treat(dataset.take(job.train), job.treatments, job.stratify)


def fit(job: Job, train: Dataset, folder: Path | None = None) -> Any:
    """
    Fit one model on its training rows.

    What cuts the training rows again gets folds that keep dependent rows together: see `estimators.keep_together`. What
    keeps files does so in the folder: see `estimators.files_in`.
    """
    job = selection.settled(job, train, fit)
    seed_everything(job.model_seed)
    try:
        with raw_data_closed():
            model = job.build(job.model_seed)
            if job.parameters:
                model.set_params(**job.parameters)
            cut = functools.partial(splits.folds, train, seed=job.model_seed, stratify=job.stratify)
            estimators.keep_together(model, cut)
            weights = {} if train.weights is None else {"sample_weight": train.weights}
            routed = config_context(enable_metadata_routing=bool(weights))  # in a pipeline its steps say who takes them
            with routed, estimators.files_in(model, folder), progress.interruptible():
                return estimators.tagged(model, job.task).fit(train.X[job.columns], train.y, **weights)
    except StudyError:
        raise
    except Exception as error:  # whatever the study's code raises is its author's to mend
        raise blame(error, f"{who(job)}, fold {job.fold}", "study/models.py") from error


def test_rows(job: Job, dataset: Dataset) -> tuple[pd.DataFrame, pd.Series | pd.DataFrame]:
    """Return features and targets of the rows that a job is scored on."""
    return dataset.X[job.columns].iloc[job.test], dataset.y.iloc[job.test]


def who(job: Job) -> str:
    """Name the model of a job."""
    return f"{job.build.__name__} as {job.kind} {job.name}"


def outputs(model: Any, X: pd.DataFrame) -> dict[str, list[Any] | None]:
    """
    Return all outputs of a fitted model for rows, as lists; None for a method that it lacks.

    Probabilities of several labels have a column for each, also where the model gives two columns a label in a list.
    """
    classes: Any = getattr(model, "classes_", None)
    if classes is not None:
        ragged = isinstance(classes, list)
        classes = [np.asarray(part).tolist() for part in classes] if ragged else np.asarray(classes).tolist()
    given = {"classes": classes}
    for method in ("predict", "predict_proba", "decision_function"):
        try:
            said = getattr(model, method)(X)
        except AttributeError:
            given[method] = None
            continue
        if method == "predict_proba" and isinstance(said, list) and np.ndim(said[0]) == 2:
            said = np.column_stack(
                [
                    part[:, names.index(1)] if 1 in names else np.zeros(len(part))
                    for part, names in zip(said, classes, strict=True)
                ]
            )
        given[method] = np.asarray(said).tolist()
    return given


def do(
    job: Job, dataset: Dataset, scorers: Scorers, inspect: Inspect | None = None, folder: Path | None = None
) -> dict[str, Any]:
    """Do one job: fit, score, and what else it asks for; all of the result can be written as JSON."""
    with threadpool_limits(1), raw_data_closed():  # sums in another order differ in their last bits; cores are scarce
        start = time.perf_counter()
        train = training_rows(job, dataset)
        with diagnostics.convergence() as unconverged:
            settled = selection.settled(job, train, fit)
            model = fit(settled, train, folder)
        fitted = time.perf_counter()
        (X, y), scorers = test_rows(job, dataset), weighted(scorers, dataset.weights)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "y_pred contains classes not in y_true")  # the plan was warned of that
            row: dict[str, Any] = dict(scores_of(model, X, y, scorers, f"{who(job)}, fold {job.fold}"))
        row |= {"n_train": len(train.y), "n_test": len(job.test)}
        row |= {"features_in": len(job.columns), "features_out": int(estimators.features_out(model, len(job.columns)))}
        trials, edges = diagnostics.trials(model), diagnostics.at_edge(model)
        if job.variants:
            trials = max(1, trials) * len(job.variants)
            edges += diagnostics.edges(job.variants[settled.variant], [*job.variants.values()])
            row["variant"] = settled.variant
        row |= {"trials": trials, "fit_s": fitted - start, "score_s": time.perf_counter() - fitted}
        row |= {"diagnostics": diagnostics.of_fit(unconverged, edges), "machine": slurm.here()}
        more = None
        if job.wants == "outputs":
            more = outputs(model, X) | ({"curves": noted} if (noted := curves.of_fit(model)) else {})
        elif job.wants == "explanation" and inspect:
            more = inspect(model, job, dataset, next(iter(scorers.values())))
    return {"row": row, "more": more}


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


def pool(
    processes: int, scheduler: str, sbatch: Sequence[str] | None, root: Path
) -> contextlib.AbstractContextManager[pools.Pool]:
    """Return the pool that was asked for: jobs of Slurm, by a scheduler's address, else of so many processes."""
    if sbatch is not None:
        return slurm.pool(processes, sbatch, root)
    return pools.remote(scheduler, root) if scheduler else contextlib.nullcontext(pools.local(processes))


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
    hashes = {name: (cache.types(dataset, study.root), cache.row_hashes(dataset)) for name, dataset in data.items()}
    names = [cache.key(job, hashes[job.data], scorers, study.root, machine) for job in fits]
    if folder:
        cache.sweep(folder)
    results: dict[str, Any] = {name: cache.read(folder, name) if folder else None for name in names}
    missing = {name: job for name, job in zip(names, fits, strict=True) if results[name] is None}
    done = 0
    try:
        far = (scheduler, sbatch) if missing else ("", None)  # no job of Slurm for nothing
        with pool(workers, *far, study.root) as do_all, progress.bar(folder) as bar:
            task = bar.add_task("fitting", total=len(results), completed=len(results) - len(missing))
            for patient in (False, True):  # what another process is at comes last: it may be done by then
                left = {name: job for name, job in missing.items() if results[name] is None}
                calls = [(job, data[job.data], scorers, folder, name, inspect, patient) for name, job in left.items()]
                for name, (result, is_new) in zip(left, do_all(do_and_keep, calls), strict=True):
                    results[name], done = result, done + is_new
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


def prediction_table(job: Job, dataset: Dataset, given: dict[str, Any]) -> pd.DataFrame:
    """
    Return the `outputs` of a model for its test rows as a table: a row for each, beside its true target.

    Of several targets each has its columns: "truth of a", "prediction of a", "probability of a", "decision for a".
    """
    truth, names = dataset.y.iloc[job.test], several(dataset.y)
    table = pd.DataFrame({"name": job.name, "row": truth.index, "fold": job.fold})
    if names:
        table[[f"truth of {name}" for name in names]] = truth.to_numpy()
        whats = ("prediction of", "probability of", "decision for")
        for what, method in zip(whats, ("predict", "predict_proba", "decision_function"), strict=True):
            if given[method]:
                table[[f"{what} {name}" for name in names]] = given[method]
        return table
    table["truth"] = truth.to_numpy()
    table["prediction"] = given["predict"]
    if given["predict_proba"]:
        table[[f"probability of {name}" for name in given["classes"]]] = given["predict_proba"]
    if given["decision_function"] and not isinstance(given["decision_function"][0], list):
        table["decision"] = given["decision_function"]
    return table
