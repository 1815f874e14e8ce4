"""Checks of what the candidate learns: what it has to, and no more than there is."""

import numpy as np
from threadpoolctl import threadpool_limits

from harness.audit import raw_data_closed
from harness.checks.engine import NotExercised, cached, check
from harness.checks.models import about, whole
from harness.checks.schema import is_expected
from harness.exceptions import StudyError
from harness.fits import fit
from harness.method import jobs, splits, statistics
from harness.plan import metrics
from harness.study import several

DRAWS, FOLDS, SURE = 3, 3, 0.998  # of shuffled targets; one honest study in a thousand may look suspicious
FEW, HEARTS = 60, 5  # rows to learn by heart; some models start no leaf with less than 20


@check("M5", "canaries-told", refits=True)
def canaries_right(subject):
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
    for (row, expected), answer in zip(study.expected.items(), whole(subject)["candidate"].predict(X), strict=True):
        if not is_expected(answer, expected):
            if learned(subject) <= study.plan.question.margin:
                raise NotExercised("the candidate learns nothing: M7 says so")
            wanted = f"not in {expected}" if isinstance(expected, tuple) else f"not {expected!r}"
            message = f"canary {row!r} is {answer!r} to it, {wanted}: look what reaches the model"
            yield about(subject, "candidate", message)


def gains(study, rows, train, test, *others):
    """Return by how much the candidate gains on the floor on test rows, then with each of these targets of them."""
    metric, scores = study.plan.question.metric, []
    scorer = metrics.weighted({metric: study.scorers[metric]}, rows.weights)
    for role in ("candidate", "floor"):
        job = jobs.of_role(study, role, rows, train=train, test=test, model_seed=7)
        with threadpool_limits(1), raw_data_closed():  # as a run fits and scores
            model, (X, y) = fit.fit(job, fit.training_rows(job, rows)), fit.test_rows(job, rows)
            targets = (y, *others)
            scores.append([fit.scores_of(model, X, target, scorer, fit.who(job))[metric] for target in targets])
    return [better - floor for better, floor in zip(*scores, strict=True)]


@check("M6", "shuffled-targets-like-floor", refits=True)
def shuffled_targets_like_floor(subject):
    """
    Where the targets are shuffled, the candidate scores like the floor, or like any constant that suits the metric.

    Detected: targets are shuffled three times, each cut into folds, fitted and scored as in a run; what the candidate
    gains has to lie within what it gains by chance, which the same fits show when test targets are shuffled once more
    (some even then, by a metric of a quantile: the floor says the mean).
    Why: there is nothing to learn, so what it gains, it gains by having seen the answers of its test rows.
    Do: look for what outlives a fit (a cache, a file, a global), and for test rows among the training rows.
    """
    study, rows = subject.study, subject.study.development
    whole(subject)
    rng, gained = np.random.default_rng(0), []
    folds = min(FOLDS, study.plan.evaluation.folds)
    for draw in range(DRAWS):
        shuffled = rows._replace(y=rows.y.iloc[rng.permutation(len(rows.y))].set_axis(rows.y.index))
        cuts = splits.folds(shuffled, folds, draw, study.task == "classification")
        for train, test in cuts:
            unseen = shuffled.y.iloc[rng.permutation(test)].set_axis(shuffled.y.index[test])
            gained.append(gains(study, shuffled, train, test, unseen))
    real, by_chance = np.transpose(gained)
    ratio = float(np.mean([len(test) / len(train) for train, test in cuts]))
    estimate = statistics.corrected_interval(by_chance, ratio, SURE)
    reach = 0.0 if estimate.low is None or estimate.high is None else (estimate.high - estimate.low) / 2
    if real.mean() > max(0, by_chance.mean()) + reach + 1e-9:
        scale = study.plan.scales[study.plan.question.metric]
        message = f"it beats the floor by {scale.measured(f'{real.mean():.3f}')} in {scale.label}"
        message += " where the targets are shuffled: it has seen answers of its test rows"
        yield about(subject, "candidate", message)


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
        gain = study.plan.scales[study.plan.question.metric].measured(f"{better:.3f}")
        message = f"scored on the {FEW} rows that it was fitted on, it beats the floor by {gain}"
        yield about(subject, "candidate", f"{message}: look whether X and y reach it in the same order")


@cached
def learned(subject):
    """Return by how much the candidate beats the floor, at least, on few rows that both were fitted on."""
    study, rows = subject.study, subject.study.development
    whole(subject)
    least = np.inf
    for draw in range(HEARTS):
        rng = np.random.default_rng(draw)
        order = rows.take(rng.permutation(len(rows.y))).y
        if several(order):
            chosen = order.index[:FEW]
        elif study.task == "classification":
            chosen = order.groupby(order, sort=True).head(max(3, FEW // order.nunique())).index
        else:
            chosen = order.sort_values(kind="stable").iloc[np.linspace(0, len(order) - 1, FEW).astype(int)].index
        few = rows.take(rows.y.index.isin(chosen))
        few, everything = few.take(rng.permutation(len(few.y))), np.arange(len(few.y))
        try:
            least = min(least, *gains(study, few, everything, everything))
        except StudyError as error:
            raise NotExercised(f"the candidate cannot be fitted on {len(few.y)} rows: {error}") from None
    return least
