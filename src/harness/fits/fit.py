"""One fit: a model on its training rows, its scores on others, and what it says of them."""

import functools
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context
from threadpoolctl import threadpool_limits

from harness.audit import raw_data_closed
from harness.exceptions import StudyError, blame
from harness.fits import curves, diagnostics, estimators, slurm
from harness.method import selection, splits, variation
from harness.method.jobs import Job
from harness.plan.metrics import Scorers, scores_of, weighted
from harness.seeds import seed_everything
from harness.study import Dataset, several

Inspect = Callable[[Any, Job, Dataset, Any], dict[str, Any]]  # looks into a fitted model


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
            with routed, estimators.files_in(model, folder), estimators.interruptible():
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
            if given[method] is not None:
                table[[f"{what} {name}" for name in names]] = given[method]
        return table
    table["truth"] = truth.to_numpy()
    table["prediction"] = given["predict"]
    if given["predict_proba"] is not None:
        table[[f"probability of {name}" for name in given["classes"]]] = given["predict_proba"]
    if given["decision_function"] is not None and np.ndim(given["decision_function"]) == 1:
        table["decision"] = given["decision_function"]
    return table


def do(
    job: Job, dataset: Dataset, scorers: Scorers, inspect: Inspect | None = None, folder: Path | None = None
) -> dict[str, Any]:
    """Do one job: fit, score, and what else it asks for; all of the result can be written as JSON."""
    with threadpool_limits(1), raw_data_closed():  # sums in another order differ in their last bits; cores are scarce
        start = time.perf_counter()
        train = training_rows(job, dataset)
        settled = selection.settled(job, train, fit)
        with diagnostics.convergence() as unconverged:
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
