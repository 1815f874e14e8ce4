"""The verdict: corrected intervals, an error budget, and a rule that was written before the result."""

import math
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A mean over folds and repeats; all but the value is None where the values do not vary."""

    value: float
    low: float | None = None
    high: float | None = None
    error: float | None = None  # standard error
    p_value: float | None = None  # two-sided, of a mean of zero


def corrected_interval(values, test_to_train):
    """
    Interval for the mean of scores, or of differences of scores, from repeated cross-validation.

    Parameters
    ----------
    values : array-like of float, shape (repeats * folds,)
        One value a fold; for a comparison the differences, paired by fold.
    test_to_train : float
        Size of the test part over size of the training part: 1 / (folds - 1) in cross-validation.

    Returns
    -------
    Estimate
        With the interval of `CONFIDENCE`.

    Notes
    -----
    The corrected resampled t-test: training sets overlap, so the variance of the mean is (1/n + n_test/n_train) times
    that of the values, not 1/n (Nadeau and Bengio 2003, Machine Learning 52, 239-281).

    Examples
    --------
    >>> round(corrected_interval([0.02, 0.01, 0.03, 0.00, 0.04], 1 / 4).p_value, 6)
    0.132419
    """
    values = np.asarray(values, float)
    n, mean = len(values), float(values.mean())
    if n < 2 or not np.ptp(values) > 0:
        return Estimate(mean)
    error = math.sqrt((1 / n + test_to_train) * values.var(ddof=1))
    low, high = (float(bound) for bound in stats.t.interval(CONFIDENCE, n - 1, loc=mean, scale=error))
    return Estimate(mean, low, high, error, float(2 * stats.t.sf(abs(mean) / error, n - 1)))


def compare(plan, scores):
    """
    Compare the candidate with every other role, and with itself less each ablated part, on the primary metric.

    Returns
    -------
    dict of (kind, name) to Estimate
        The candidate minus the named one, paired by fold.
    """
    table = scores[scores["kind"] != "restart"].set_index(["repeat", "fold", "kind", "name"])[plan.metrics[0]]
    table = table.unstack(["kind", "name"])
    candidate = table.pop(("role", "candidate"))
    return {other: corrected_interval(candidate - table[other], 1 / (plan.evaluation.folds - 1)) for other in table}


def decide(rival, floor, margin):
    """
    Judge the claim "the candidate beats the rival by more than the margin"; the differences are candidate minus other.

    Examples
    --------
    >>> floor = Estimate(0.4, 0.3, 0.5)
    >>> decide(Estimate(0.05, 0.03, 0.07), floor, margin=0.02)
    ('supported', 'the whole interval lies above the margin')
    >>> decide(Estimate(0.00, -0.01, 0.01), floor, margin=0.02)
    ('not supported', 'the whole interval lies below the margin')
    >>> decide(Estimate(0.02, 0.00, 0.04), floor, margin=0.02)
    ('no conclusion', 'the interval contains the margin')
    """
    for name, difference in (("floor", floor), ("rival", rival)):
        if difference.low is None:
            return "no conclusion", f"the differences from the {name} do not vary, so they have no interval"
    if floor.low <= 0:
        return "no conclusion", "the candidate is not shown to beat the floor"
    if rival.low > margin:
        return "supported", "the whole interval lies above the margin"
    if rival.high < margin:
        return "not supported", "the whole interval lies below the margin"
    return "no conclusion", "the interval contains the margin"


def error_budget(plan, scores):
    """
    Candidate's mean score and what moves it.

    Returns
    -------
    dict
        ``value``; ``statistical``, its standard error over splits and seeds; ``restart``, the standard deviation over
        seeds of the model on fixed folds. The first contains the second: they are not to be added.
    """
    metric, kinds = plan.metrics[0], scores.set_index(["kind", "name"])
    estimate = corrected_interval(kinds.loc[("role", "candidate"), metric], 1 / (plan.evaluation.folds - 1))
    restarts = kinds.loc["restart"].groupby("name")[metric].mean()
    return {"value": estimate.value, "statistical": estimate.error, "restart": float(restarts.std())}


def judge(plan, scores):
    """Turn the long table into what the record says of it: verdict, reason, comparisons and budget."""
    compared = compare(plan, scores)
    word, reason = decide(compared["role", "rival"], compared["role", "floor"], plan.question.margin)
    comparisons = [{"kind": kind, "name": name, **e._asdict()} for (kind, name), e in compared.items()]
    return {"verdict": word, "reason": reason, "comparisons": comparisons, "budget": error_budget(plan, scores)}
