"""Selection: which variant of the candidate a fit takes, chosen inside its training rows."""

import contextlib
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd

from harness.exceptions import StudyError
from harness.method import splits, variation
from harness.method.jobs import Job
from harness.method.splits import Folds
from harness.plan.metrics import scores_of, weighted
from harness.plan.plan import Plan
from harness.study import Dataset

INNER = 5  # folds of the training rows, if that many can be cut


def settled(job: Job, train: Dataset, fit: Callable[[Job, Dataset], Any]) -> Job:
    """
    Choose the variant of a job that scores best, on average over folds of its training rows.

    The rows that the job is tested on have no say, so its score is that of choosing and fitting together
    (Varma and Simon 2006, "Bias in error estimation when using cross-validation for model selection").

    Parameters
    ----------
    job : Job
        One without variants comes back as it is.
    train : Dataset
        Its training rows; dependent ones stay together in the folds.
    fit : callable
        Fits a job on rows, and returns the model.

    Returns
    -------
    Job
        With the parameters of that variant, and its name. Of equals it is the one that the plan names first.
    """
    if not job.variants:
        return job
    cut, scorers, means = folds(job, train), weighted(job.scorers, train.weights), {}
    for name, setting in job.variants.items():
        single = job._replace(variants={}, parameters=job.parameters | setting)
        scores: list[float] = []
        for inner, outer in cut:
            X, y = train.X[job.columns].iloc[outer], train.y.iloc[outer]
            scores += scores_of(fit(single, train.take(inner)), X, y, scorers, f"variant {name}").values()
        means[name] = math.fsum(scores) / len(scores)
    best = max(means, key=lambda name: means[name])
    return job._replace(variants={}, variant=best, parameters=job.parameters | job.variants[best])


def folds(job: Job, train: Dataset) -> Folds:
    """Cut training rows into `INNER` folds, or as many fewer as their groups, times or classes allow."""
    for number in range(INNER, 1, -1):
        with contextlib.suppress(StudyError):
            return splits.folds(train, number, job.model_seed, job.stratify)
    few = f"{len(train.y)} training rows in {train.groups.nunique()} groups are too few to choose on"
    raise StudyError(f"study/plan.toml: [variants]: {job.kind} {job.name}, fold {job.fold}: {few}. Leave variants out.")


def chosen(plan: Plan, scores: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return of each variant its ``parameters``, and in how many fits of the candidate it was ``chosen``."""
    of_candidate = scores[(scores["kind"] == "role") & (scores["name"] == "candidate")]
    counts = Counter(of_candidate["variant"]) if plan.variants else {}
    return {
        name: {"parameters": setting, "chosen": counts[name]} for name, setting in variation.alternatives(plan).items()
    }
