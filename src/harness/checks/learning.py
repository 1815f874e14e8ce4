"""Checks of what the candidate learns: what it has to, and no more than there is."""

import numpy as np
import pandas as pd

from harness.checks.engine import NotExercised, cached, check
from harness.checks.models import told, whole
from harness.exceptions import StudyError
from harness.method import fit, jobs, splits, statistics

DRAWS, FOLDS, SURE = 3, 3, 0.998  # of shuffled targets; one honest study in a thousand may look suspicious
FEW, HEARTS = 60, 5  # rows to learn by heart; some models start no leaf with less than 20


@check("M5", "canaries-told", refits=True)
def canaries_told(subject):
    """
    The candidate, which never saw them, is right about the canaries.

    Detected: it is fitted on the development rows and asked about the canaries of the plan.
    Why: nobody doubts these rows; a model that is wrong about them has learned something else than the question.
    Do: look what reaches the model (a column, a sign, an order), or correct the canary.
    """
    study = subject.study
    if not study.expected:
        raise NotExercised("the plan names no canaries")
    known = {*study.development.y.index, *study.sealed.y.index}
    yield from (
        f"study/plan.toml: canary {row!r} is trained on: keep it apart" for row in study.expected if row in known
    )
    X = study.canaries.X.loc[list(study.expected)]
    for (row, expected), said in zip(study.expected.items(), whole(subject)["candidate"].predict(X), strict=True):
        between = isinstance(expected, tuple | list)
        if not (expected[0] <= said <= expected[1] if between else said == expected):
            if learned(subject) <= study.plan.question.margin:
                raise NotExercised("the candidate learns nothing: M7 says so")
            wanted = f"not in {expected}" if between else f"not {expected!r}"
            yield told(subject, "candidate", f"canary {row!r} is {said!r} to it, {wanted}: look what reaches the model")


def gain(study, rows, train, test):
    """Return by how much the candidate scores better than the floor, as a run scores."""
    metric, how = study.plan.question.metric, {"train": train, "test": test, "model_seed": 7}
    pair = (jobs.of_role(study, role, rows, **how) for role in ("candidate", "floor"))
    one, floor = (fit.do(job, rows, [metric])["row"][metric] for job in pair)
    return one - floor


@check("M6", "shuffled-targets-like-floor", refits=True)
def shuffled_targets_like_floor(subject):
    """
    Where the targets are shuffled, the candidate scores like the floor.

    Detected: targets are shuffled three times, each cut into folds, fitted and scored as in a run; what the candidate
    gains has to lie within what it gains by chance, which the same fits show when test targets are shuffled once more.
    Why: there is nothing to learn, so what it gains, it gains by having seen the answers of its test rows.
    Do: look for what outlives a fit (a cache, a file, a global), and for test rows among the training rows.
    """
    study = subject.study
    whole(subject)
    rng, rows, found, chance = np.random.default_rng(0), study.development, [], []
    folds = min(FOLDS, study.plan.evaluation.folds)
    for draw in range(DRAWS):
        shuffled = rows._replace(y=pd.Series(rng.permutation(rows.y.to_numpy()), rows.y.index))
        cuts = splits.folds(shuffled, folds, draw, study.task == "classification")
        for train, test in cuts:
            y = shuffled.y.copy()
            y.iloc[test] = rng.permutation(y.iloc[test].to_numpy())  # the same model, and answers that nobody ever saw
            found.append(gain(study, shuffled, train, test))
            chance.append(gain(study, shuffled._replace(y=y), train, test))
    ratio = float(np.mean([len(test) / len(train) for train, test in cuts]))
    estimate = statistics.corrected_interval(chance, ratio, SURE)
    reach = 0.0 if estimate.low is None or estimate.high is None else (estimate.high - estimate.low) / 2
    if np.mean(found) > reach + 1e-9:
        metric = study.plan.question.metric
        says = f"it beats the floor by {np.mean(found):.3f} in {metric} where the targets are shuffled"
        yield told(subject, "candidate", f"{says}: it has seen answers of its test rows")


@check("M7", "can-overfit", refits=True)
def can_overfit(subject):
    """
    Asked about the few rows that it was fitted on, the candidate beats the floor by more than the margin.

    Detected: five times it is fitted on some sixty rows, and scored on the same.
    Why: what cannot even learn these has lost its targets or its features on the way, or learns nothing.
    Do: look whether X and y that reach the estimator are still in the same order.
    """
    study, better = subject.study, learned(subject)
    if better <= study.plan.question.margin:
        says = f"scored on the {FEW} rows that it was fitted on, it gains {better:+.3f} on the floor"
        yield told(subject, "candidate", f"{says}: look whether X and y reach it in the same order")


@cached
def learned(subject):
    """Return by how much the candidate beats the floor, at least, on few rows that both were fitted on."""
    study = subject.study
    whole(subject)
    rows, found = study.development, []
    for draw in range(HEARTS):
        rng = np.random.default_rng(draw)
        order = rows.take(rng.permutation(len(rows.y))).y
        if study.task == "classification":
            chosen = order.groupby(order, sort=True).head(max(3, FEW // order.nunique())).index
        else:
            chosen = order.sort_values(kind="stable").iloc[np.linspace(0, len(order) - 1, FEW).astype(int)].index
        few = rows.take(rows.y.index.isin(chosen))
        few, everything = few.take(rng.permutation(len(few.y))), np.arange(len(few.y))
        try:
            found.append(gain(study, few, everything, everything))
        except StudyError as error:
            raise NotExercised(f"the candidate cannot be fitted on {len(few.y)} rows: {error}") from None
    return min(found)
