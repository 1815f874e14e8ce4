"""
Statistics of scores: intervals and tests that know what cross-validation does to them.

Nadeau and Bengio (2003) for intervals and tests, Corani and Benavoli (2015) for chances, Holm (1979) for families,
Efron (1987) for the bootstrap; each function names its own.
"""

import math
import warnings
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


class Estimate(NamedTuple):
    """A value and how well it is known; all but value and n are None where the values do not vary."""

    value: float | None  # None: a statistic that is undefined
    low: float | None = None
    high: float | None = None
    error: float | None = None  # standard error; None also where the interval is exact
    p_value: float | None = None  # two-sided, of a mean of zero
    n: int = 0


def varies(values: np.ndarray) -> bool:
    """Return whether values differ by more than rounding does; none or a single one does not vary."""
    return len(values) > 1 and bool(np.ptp(values) > 1e-12 * np.abs(values).max())


def corrected_interval(
    values: ArrayLike,
    test_to_train: float,
    confidence: float = 0.95,
    limits: tuple[float, float] = (-math.inf, math.inf),
) -> Estimate:
    """
    Interval for the mean of scores, or of differences of scores, from repeated cross-validation.

    Parameters
    ----------
    values : array-like of float, shape (repeats * folds,)
        One value a fold; for a comparison the differences, paired by fold.
    test_to_train : float
        Size of the test part over size of the training part: 1 / (folds - 1) in cross-validation.
    limits : tuple of float
        Where no mean can lie beyond. A t interval is cut there, and covers as often as before, since it loses nothing
        that could be true (Mandelkern 2002, Statistical Science 17, 149-172).

    Notes
    -----
    The corrected resampled t-test: training sets overlap, so the variance of the mean is (1/n + n_test/n_train) times
    that of the values, not 1/n (Nadeau and Bengio 2003, Machine Learning 52, 239-281). Here n counts the values.

    Examples
    --------
    >>> round(corrected_interval([0.02, 0.01, 0.03, 0.00, 0.04], 1 / 4).p_value, 6)
    0.132419
    """
    values = np.asarray(values, float)
    n, mean = len(values), float(values.mean())
    if not varies(values):
        return Estimate(mean, n=n)
    error = math.sqrt((1 / n + test_to_train) * values.var(ddof=1))
    low, high = (float(bound) for bound in stats.t.interval(confidence, n - 1, loc=mean, scale=error))
    low, high = max(low, limits[0]), min(high, limits[1])
    return Estimate(mean, low, high, error, float(2 * stats.t.sf(abs(mean) / error, n - 1)), n)


def perfect(other: float, n: int, confidence: float = 0.95) -> Estimate:
    """
    Bound by how much a score of 1 in every fold exceeds another that is the same in every fold.

    Neither varies, so no t interval exists; but of n units without an exception Clopper and Pearson (1934) say how
    common exceptions can be. An accuracy has as many units as there are groups. A balanced one, and the area under an
    ROC curve, have at least as many as hold the rarest class: so many pairs of unlike classes have no unit in common.

    Examples
    --------
    >>> [round(value, 4) for value in perfect(0.5, 100)[:3]]  # of 50 in 100: [0.3983, 0.6017]; of 100: [0.9638, 1]
    [0.5, 0.3621, 0.6017]
    >>> [round(value, 4) for value in perfect(1.0, 100)[:3]]
    [0.0, -0.0362, 0.0362]
    """
    least = proportion_interval(n, n, confidence, "exact")[0]
    low, high = proportion_interval(round(other * n), n, confidence, "exact")
    return Estimate(1 - other, least - high, 1 - low, n=n)


def p_above(estimate: Estimate, margin: float) -> float | None:
    """
    Test that a mean is at most a margin: twice the one-sided p-value, so that it agrees with a two-sided interval.

    Examples
    --------
    >>> estimate = corrected_interval([0.02, 0.01, 0.03, 0.00, 0.04], 1 / 4)
    >>> round(p_above(estimate, estimate.low), 9), p_above(estimate, margin=0.03)
    (0.05, 1.0)
    """
    if estimate.value is None or estimate.low is None:
        return None
    if estimate.error is None:  # of `perfect`: the least alpha whose interval lies above the margin
        other, alphas = 1 - estimate.value, np.geomspace(1e-9, 1, 400)[:-1].tolist()
        return next((alpha for alpha in alphas if (perfect(other, estimate.n, 1 - alpha).low or 0.0) > margin), 1.0)
    return min(1.0, float(2 * stats.t.sf((estimate.value - margin) / estimate.error, estimate.n - 1)))


def posterior(estimate: Estimate, rope: float) -> dict[str, float] | None:
    """
    Probabilities that a difference lies below -rope, within the region of practical equivalence, and above rope.

    The Bayesian correlated t-test with the usual flat prior: its posterior is Student's t about the mean, with the
    corrected standard error (Corani and Benavoli 2015, Machine Learning 100, 285-304).

    Examples
    --------
    >>> chances = posterior(corrected_interval([0.02, 0.01, 0.03, 0.00, 0.04], 1 / 4), rope=0.01)
    >>> [round(chance, 6) for chance in chances.values()]
    [0.02371, 0.17587, 0.800419]
    """
    if estimate.error is None:
        return None
    t = stats.t(estimate.n - 1, loc=estimate.value, scale=estimate.error)
    chances = {"worse": t.cdf(-rope), "equivalent": t.cdf(rope) - t.cdf(-rope), "better": t.sf(rope)}
    return {name: float(chance) for name, chance in chances.items()}


def holm(p_values: list[float | None]) -> list[float | None]:
    """
    Adjust p-values for how many there are (Holm 1979); None, of what could not be tested, counts as 1 and stays None.

    Examples
    --------
    >>> [p and round(p, 6) for p in holm([0.01, 0.04, 0.03, 0.005, None])]
    [0.04, 0.09, 0.09, 0.025, None]
    """
    p = np.array([1.0 if p is None else p for p in p_values])
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return [None if p is None else float(after) for p, after in zip(p_values, adjusted, strict=True)]


def proportion_interval(
    successes: int, n: int, confidence: float = 0.95, method: Literal["wilson", "exact"] = "wilson"
) -> tuple[float, float]:
    """
    Interval of a proportion by Wilson, or with method "exact" by Clopper and Pearson.

    Examples
    --------
    >>> [round(bound, 5) for bound in proportion_interval(101, 101)]
    [0.96336, 1.0]
    """
    low, high = stats.binomtest(successes, n).proportion_ci(confidence, method)
    return float(low), float(high)


def bootstrap(
    statistic: Callable[[np.ndarray], float], n_units: int, seed: int, confidence: float = 0.95, resamples: int = 2000
) -> Estimate:
    """
    Interval of a statistic over resampled units: groups, or rows where they are independent; never folds.

    Parameters
    ----------
    statistic : callable
        From an integer array of drawn units to a number, NaN where it is undefined.

    Returns
    -------
    Estimate
        Without p-value. The interval is bias-corrected and accelerated (Efron 1987), or of the percentiles of the
        defined resamples where that is undefined; None where they all agree.
    """
    value = float(statistic(np.arange(n_units)))
    if math.isnan(value) or n_units < 2:
        return Estimate(None if math.isnan(value) else value, n=n_units)
    # BCa needs one more value for every unit, and what it corrects fades as units grow more.
    method = "BCa" if n_units <= resamples else "percentile"
    options = {"n_resamples": resamples, "batch": 100, "vectorized": False, "confidence_level": confidence}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of undefined resamples, and of BCa where it is undefined: dealt with below
        bootstrapped = stats.bootstrap((np.arange(n_units),), statistic, method=method, rng=seed, **options)
    drawn = bootstrapped.bootstrap_distribution
    defined = drawn[~np.isnan(drawn)]
    if not varies(defined):
        return Estimate(value, n=n_units)
    low, high = bootstrapped.confidence_interval
    if math.isnan(low) or math.isnan(high):
        low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(value, float(low), float(high), float(defined.std(ddof=1)), n=n_units)
