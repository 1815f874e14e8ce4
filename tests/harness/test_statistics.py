"""The statistics against published values, other libraries and calculations by hand."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.svm import SVC
from statsmodels.stats.multitest import multipletests

from harness.method.statistics import bootstrap, corrected_interval, holm, p_above, posterior, proportion_interval

D = np.array([0.02, 0.01, 0.03, 0.00, 0.04])
RATIO = 10 / 90
KERNELS = {
    "rbf": {"kernel": "rbf"},
    "linear": {"kernel": "linear"},
    "poly3": {"kernel": "poly", "degree": 3},
    "poly2": {"kernel": "poly", "degree": 2},
}
PAIRS = {  # t; one-sided p; worse, better and practically equivalent
    ("rbf", "linear"): (0.750, 0.22742, (0.068, 0.500, 0.432)),
    ("rbf", "poly3"): (1.657, 0.05033, (0.018, 0.882, 0.100)),
    ("rbf", "poly2"): (4.565, 0.00001, None),
    ("linear", "poly3"): (1.111, 0.13453, (0.063, 0.750, 0.187)),
    ("linear", "poly2"): (4.276, 0.00002, None),
    ("poly3", "poly2"): (3.851, 0.00010, None),
}


@pytest.fixture(scope="module")
def moons():
    """AUC in scikit-learn's "Statistical comparison of models using grid search": 10 x 10 folds of two moons."""
    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    models = {name: SVC(**options, random_state=0) for name, options in KERNELS.items()}
    return {name: cross_val_score(model, X, y, cv=folds, scoring="roc_auc") for name, model in models.items()}


def compare(moons, one, other, confidence=0.95):
    return corrected_interval(moons[one] - moons[other], RATIO, confidence)


def t_of(estimate):
    return estimate.value / estimate.error


def test_by_hand():
    """Mean .02, variance .00025, n 5, four times as many rows to learn from: t = .02 / sqrt((1/5 + 1/4) .00025)."""
    estimate, naive = corrected_interval(D, 1 / 4), corrected_interval(D, 0)
    assert estimate.value == pytest.approx(0.02) and estimate.n == 5
    assert t_of(estimate) == pytest.approx(1.885618, abs=5e-7)
    assert estimate.p_value == pytest.approx(0.132419, abs=5e-7)
    # the 97.5 % point of Student's t with 4 degrees of freedom is 2.776445
    assert [estimate.low, estimate.high] == pytest.approx([-0.009449, 0.049449], abs=5e-7)
    # without the correction it is the usual t-test, which would turn the verdict round
    assert t_of(naive) == pytest.approx(2.828427, abs=5e-7) and naive.p_value == pytest.approx(0.047421, abs=5e-7)
    assert naive.p_value == pytest.approx(stats.ttest_1samp(D, 0).pvalue)


def test_the_published_scores(moons):
    means = {"rbf": 0.9400, "linear": 0.9300, "poly3": 0.9044, "poly2": 0.6852}
    spread = {"rbf": 0.079297, "linear": 0.077846, "poly3": 0.098776, "poly2": 0.169106}
    assert {name: round(scores.mean(), 4) for name, scores in moons.items()} == means
    assert {name: round(scores.std(), 6) for name, scores in moons.items()} == spread
    assert np.corrcoef(moons["rbf"], moons["linear"])[0, 1] == pytest.approx(0.882561, abs=5e-7)


def test_the_published_comparison(moons):
    estimate, naive = compare(moons, "rbf", "linear"), corrected_interval(moons["rbf"] - moons["linear"], 0)
    assert t_of(estimate) == pytest.approx(0.750313, abs=5e-7)
    assert estimate.p_value == pytest.approx(0.454846, abs=5e-7)
    assert p_above(estimate, 0) / 2 == pytest.approx(0.227423, abs=5e-7)  # the example's p-values are one-sided
    assert t_of(naive) == pytest.approx(2.611165, abs=5e-7)
    assert p_above(naive, 0) / 2 == pytest.approx(0.005213, abs=5e-7)


@pytest.mark.parametrize(
    ("confidence", "interval"),
    [(0.50, [0.000977, 0.019023]), (0.75, [-0.005422, 0.025422]), (0.95, [-0.016445, 0.036445])],
)
def test_the_published_intervals(moons, confidence, interval):
    """With a flat prior the credible interval is the confidence interval."""
    estimate = compare(moons, "rbf", "linear", confidence)
    assert [estimate.low, estimate.high] == pytest.approx(interval, abs=5e-7)


@pytest.mark.parametrize("pair", PAIRS)
def test_the_published_pairs(moons, pair):
    estimate, (t, p_value, chances) = compare(moons, *pair), PAIRS[pair]
    assert round(t_of(estimate), 3) == t and round(p_above(estimate, 0) / 2, 5) == p_value
    if chances:
        found = posterior(estimate, 0.01)
        assert tuple(round(found[name], 3) for name in ("worse", "better", "equivalent")) == chances


def test_correction_for_the_published_pairs(moons):
    p_values = [p_above(compare(moons, *pair), 0) / 2 for pair in PAIRS]
    bonferroni = [round(min(1, 6 * p), 3) for p in p_values]  # the example's correction
    assert bonferroni == [1.000, 0.302, 0.000, 0.807, 0.000, 0.001]
    assert [round(p, 5) for p in holm(p_values)] == [0.26907, 0.15099, 0.00004, 0.26907, 0.00011, 0.00042]


def test_the_posterior_is_baycomps(moons):
    """`baycomp.two_on_single(linear, rbf, rope=.01, runs=10)` gives these; without ``runs`` it would not."""
    found = posterior(compare(moons, "rbf", "linear"), 0.01)
    assert [*found.values()] == pytest.approx([0.068318, 0.431682, 0.500000], abs=5e-7)
    assert posterior(compare(moons, "rbf", "linear"), 0)["better"] == pytest.approx(0.772577, abs=5e-7)
    by_hand = posterior(corrected_interval(D, 1 / 4), 0.01)
    assert [*by_hand.values()] == pytest.approx([0.023710, 0.175870, 0.800419], abs=5e-7)


@pytest.mark.parametrize("values", [[0.1], [0.1, 0.1, 0.1], [0.0] * 10, [0.9 - 0.8, 0.8 - 0.7]])
def test_no_spread_no_interval(values):
    """The last two differ by rounding: both are 0.1."""
    estimate = corrected_interval(values, 1 / 4)
    assert estimate == (pytest.approx(values[0]), None, None, None, None, len(values))
    assert posterior(estimate, 0.01) is None and p_above(estimate, 0.01) is None


def test_the_wrong_direction_is_not_significant():
    assert p_above(corrected_interval(D, 0), 0) == pytest.approx(0.047421, abs=5e-7)
    assert p_above(corrected_interval(-D, 0), 0) == 1


@pytest.mark.parametrize("margin", [-0.05, 0, 0.01, 0.05])
def test_p_value_and_interval_agree(moons, margin):
    for pair in PAIRS:
        estimate = compare(moons, *pair, confidence=0.9)
        assert (p_above(estimate, margin) <= 0.1) == (estimate.low >= margin)


def test_holm():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.02, None]) == pytest.approx([0.04, None])  # what could not be tested was in the family all the same
    drawn = list(np.random.default_rng(0).random(12) ** 4)
    assert holm(drawn) == list(multipletests(drawn, method="holm")[1])
    assert holm([]) == [] and holm([0.02]) == [0.02] and holm([None]) == [None]


def test_certain_proportions_have_an_interval():
    """101 of 101; Clopper and Pearson's lower bound is then 0.025 ** (1 / 101)."""
    wilson, exact = (proportion_interval(101, 101, method=method) for method in ("wilson", "exact"))
    assert wilson == pytest.approx((0.96336, 1), abs=5e-6)
    assert exact == pytest.approx((0.96414, 1), abs=5e-6) and exact[0] == pytest.approx(0.025 ** (1 / 101))
    # Wilson by hand, z = 1.644854: (81 + z^2/2 -+ z sqrt(81 x 19/100 + z^2/4)) / (100 + z^2)
    assert proportion_interval(81, 100, 0.9) == pytest.approx((0.737640, 0.866027), abs=5e-7)


def test_folds_are_no_units_to_resample(moons):
    """The bootstrap of 100 fold differences is "significant", [0.0028, 0.0176]; the corrected interval is not."""
    differences = moons["rbf"] - moons["linear"]
    naive = bootstrap(lambda drawn: differences[drawn].mean(), 100, seed=0, resamples=9999)
    assert [naive.low, naive.high] == pytest.approx([0.0028, 0.0176], abs=3e-4)
    assert naive.low > 0 > compare(moons, "rbf", "linear").low


@pytest.mark.parametrize(("n_units", "method"), [(40, "BCa"), (500, "BCa"), (501, "percentile")])
def test_the_bootstrap_is_scipys(n_units, method):
    values = np.random.default_rng(1).exponential(size=n_units)
    found = bootstrap(lambda drawn: values[drawn].mean(), n_units, seed=2, confidence=0.9, resamples=500)
    options = {"n_resamples": 500, "confidence_level": 0.9, "rng": 2, "batch": 100}
    direct = stats.bootstrap((values,), np.mean, method=method, **options)
    assert [found.low, found.high] == pytest.approx([*direct.confidence_interval])
    assert found.error == pytest.approx(direct.standard_error)
    assert found.value == pytest.approx(values.mean()) and found.n == n_units


def test_a_bootstrap_that_is_sometimes_undefined():
    """A share of hits among drawn sixes is undefined where no six was drawn; the others give percentiles."""
    six, hit = np.arange(30) < 2, np.arange(30) % 2 == 0

    def share(drawn):
        return hit[drawn][six[drawn]].mean() if six[drawn].any() else np.nan

    estimate = bootstrap(share, 30, seed=0)
    assert [estimate.value, estimate.low, estimate.high] == [0.5, 0.0, 1.0]


@pytest.mark.parametrize(
    ("statistic", "n_units", "value"),
    [(lambda drawn: 1.0, 101, 1), (lambda drawn: drawn.mean(), 1, 0), (lambda drawn: np.nan, 10, None)],
)
def test_a_bootstrap_of_what_does_not_vary(statistic, n_units, value, recwarn):
    assert bootstrap(statistic, n_units, seed=0) == (value, None, None, None, None, n_units)
    assert not recwarn


def test_an_interval_of_a_score_ends_where_the_metric_does():
    """0.98, 1 and 1: the t interval would end at 1.03; value, error and p-value are those that they were."""
    free, cut = (corrected_interval([0.98, 1.0, 1.0], 0.5, limits=one) for one in ((-math.inf, math.inf), (0.0, 1.0)))
    assert free.high > 1 == cut.high and free._replace(high=1.0) == cut
    assert corrected_interval([-0.02, 0.0, 0.0], 0.5, limits=(-math.inf, 0.0)).high == 0.0
