"""Evaluation: every model on the same folds, one row a fit in one long table."""

import time
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd
from rich.progress import track
from sklearn.inspection import permutation_importance
from sklearn.metrics import get_scorer
from threadpoolctl import threadpool_limits

from . import StudyError, seeds, splits

RESTARTS = 5  # seeds of the candidate on fixed folds: enough to see whether the seed matters at all
KEYS = ["kind", "name", "repeat", "fold"]


class Job(NamedTuple):
    """One fit: of which kind ("role", "ablation" or "restart"), which model, on which rows and columns."""

    kind: str
    name: str
    repeat: int
    fold: int
    build: object  # seed -> unfitted estimator
    seed: int
    columns: list
    train: np.ndarray
    test: np.ndarray


def plan_jobs(study):
    """List every fit that the plan asks for; all models share the folds, and the seed, of a repeat."""
    plan, root = study.plan, study.plan.evaluation.seed
    candidate, features = study.models[plan.models.candidate], list(study.development.X.columns)
    fits = [("role", role, study.models[name], features) for role, name in plan.models]
    for name, removed in plan.ablations.items():
        fits.append(("ablation", name, candidate, [column for column in features if column not in removed]))
    for repeat in range(plan.evaluation.repeats):
        folds = splits.folds(
            study.development, plan.evaluation.folds, seeds.child(root, "split", repeat), study.stratify
        )
        seeded = [(fit, seeds.child(root, "model", repeat)) for fit in fits]
        if repeat == 0:
            restarts = ((str(n), seeds.child(root, "restart", n)) for n in range(RESTARTS))
            seeded += [(("restart", name, candidate, features), seed) for name, seed in restarts]
        for (kind, name, build, columns), seed in seeded:
            for fold, (train, test) in enumerate(folds):
                yield Job(kind, name, repeat, fold, build, seed, columns, train, test)


def fit(job, dataset):
    """Fit one model; return it with the rows it has not seen."""
    X, y = dataset.X[job.columns], dataset.y
    seeds.seed_everything(job.seed)
    return job.build(job.seed).fit(X.iloc[job.train], y.iloc[job.train]), X.iloc[job.test], y.iloc[job.test]


def score(metric, model, X, y):
    """Score a fitted model; raise StudyError if the metric cannot score such a target or model."""
    try:
        return float(get_scorer(metric)(model, X, y))
    except (AttributeError, TypeError, ValueError) as error:
        raise StudyError(f"study/plan.toml: [question]: {metric!r} cannot score this study: {error}") from None


def fit_and_score(job, dataset, metrics):
    """Fit one model and score it: a row of the long table."""
    with threadpool_limits(1):  # sums in another order differ in their last bits, and workers would fight for cores
        start = time.perf_counter()
        model, X, y = fit(job, dataset)
        fitted = time.perf_counter()
        scores = {name: score(name, model, X, y) for name in metrics}
    row = {key: getattr(job, key) for key in KEYS} | scores | {"n_train": len(job.train), "n_test": len(job.test)}
    return row | {"fit_s": fitted - start, "score_s": time.perf_counter() - fitted}


def evaluate(study, workers):
    """
    Run all fits of the plan on the development rows.

    Parameters
    ----------
    study : Study
    workers : int
        Processes; the scores do not depend on their number.

    Returns
    -------
    pandas.DataFrame
        One row a fit: `KEYS`, a column for each metric, ``n_train``, ``n_test`` (rows), ``fit_s``, ``score_s``.
    """
    jobs = list(plan_jobs(study))
    pool = joblib.Parallel(n_jobs=workers, return_as="generator")
    rows = pool(joblib.delayed(fit_and_score)(job, study.development, study.plan.metrics) for job in jobs)
    table = pd.DataFrame(track(rows, "fitting", total=len(jobs)))
    undefined = table[table[study.plan.metrics].isna().any(axis=1)]
    if len(undefined):
        where = ", ".join(f"{key} {undefined.iloc[0][key]}" for key in KEYS)
        raise StudyError(f"study/plan.toml: [question]: a metric is undefined in {len(undefined)} fits ({where})")
    return table


def explain(study):
    """
    Permutation importance of the candidate's features on development rows that it has not seen.

    Returns
    -------
    pandas.DataFrame
        Index ``feature``; ``mean`` and ``sd``, over the folds of one repeat and 10 shuffles each, of what the primary
        metric loses when the feature is shuffled (Breiman 2001; `sklearn.inspection.permutation_importance`).
    """
    losses = []
    for job in plan_jobs(study):
        if (job.kind, job.name, job.repeat) == ("role", "candidate", 0):
            with threadpool_limits(1):
                options = {"n_repeats": 10, "random_state": seeds.child(job.seed, "importance", job.fold)}
                model, X, y = fit(job, study.development)
                losses.append(permutation_importance(model, X, y, scoring=study.plan.metrics[0], **options).importances)
    losses = pd.DataFrame(np.hstack(losses), index=pd.Index(study.development.X.columns, name="feature"))
    return pd.DataFrame({"mean": losses.mean(axis=1), "sd": losses.std(axis=1)}).sort_values("mean", ascending=False)
