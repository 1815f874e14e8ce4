"""The statistics against published values and a calculation by hand."""

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.svm import SVC

from harness.verdict import Estimate, corrected_interval, decide


def test_by_hand():
    """Mean .02, variance .00025, n 5, four times as many rows to learn from: t = .02 / sqrt((1/5 + 1/4) .00025)."""
    estimate = corrected_interval([0.02, 0.01, 0.03, 0.00, 0.04], 1 / 4)
    assert estimate.value == pytest.approx(0.02)
    assert estimate.value / estimate.error == pytest.approx(1.885618, abs=1e-6)
    assert estimate.p_value == pytest.approx(0.132419, abs=1e-6)
    # the 97.5 % point of Student's t with 4 degrees of freedom is 2.776445
    assert [estimate.low, estimate.high] == pytest.approx([-0.009449, 0.049449], abs=1e-6)
    assert estimate.low < 0  # without the correction it would be "significant"


def test_published_example():
    """scikit-learn, "Statistical comparison of models using grid search": kernels rbf and linear on two moons."""
    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    folds = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (
        cross_val_score(SVC(kernel=kernel, random_state=0), X, y, cv=folds, scoring="roc_auc")
        for kernel in ("rbf", "linear")
    )
    estimate = corrected_interval(rbf - linear, 10 / 90)
    assert estimate.value / estimate.error == pytest.approx(0.750313, abs=1e-5)
    assert estimate.p_value == pytest.approx(0.454846, abs=1e-5)
    assert [estimate.low, estimate.high] == pytest.approx([-0.016445, 0.036445], abs=1e-6)


@pytest.mark.parametrize("values", [[0.1], [0.1, 0.1, 0.1], [0.0] * 10])
def test_no_spread_no_interval(values):
    estimate = corrected_interval(values, 1 / 4)
    assert estimate.value == pytest.approx(values[0]) and estimate[1:] == (None, None, None, None)
    assert decide(estimate, Estimate(0.5, 0.4, 0.6), margin=0.01)[0] == "no conclusion"
    assert decide(Estimate(0.5, 0.4, 0.6), estimate, margin=0.01)[0] == "no conclusion"


@pytest.mark.parametrize(
    ("rival", "floor", "verdict"),
    [
        ((0.03, 0.05), (0.2, 0.4), "supported"),
        ((-0.03, 0.01), (0.2, 0.4), "not supported"),
        ((-0.05, -0.03), (0.2, 0.4), "not supported"),
        ((0.01, 0.03), (0.2, 0.4), "no conclusion"),
        ((-0.01, 0.03), (0.2, 0.4), "no conclusion"),
        ((0.02, 0.05), (0.2, 0.4), "no conclusion"),  # the margin itself is not above the margin
        ((0.03, 0.05), (-0.1, 0.4), "no conclusion"),  # what does not beat the floor supports nothing
        ((0.03, 0.05), (-0.4, -0.1), "no conclusion"),
    ],
)
def test_the_rule(rival, floor, verdict):
    assert decide(Estimate(np.mean(rival), *rival), Estimate(np.mean(floor), *floor), margin=0.02)[0] == verdict


def test_false_alarms_are_rare():
    """Two equally good classifiers on 300 data sets: at 5 % the corrected test errs rarely, the naive one often."""
    rng = np.random.default_rng(0)
    corrected = naive = 0
    y = np.arange(60) % 2
    for _ in range(300):
        X = rng.normal(size=(60, 2)) + y[:, None]
        differences = []
        for train, test in RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0).split(X, y):
            threshold = (X[train][y[train] == 0].mean(axis=0) + X[train][y[train] == 1].mean(axis=0)) / 2
            accuracy = ((X[test] > threshold) == y[test][:, None]).mean(axis=0)
            differences.append(accuracy[0] - accuracy[1])
        p_value = corrected_interval(differences, 1 / 4).p_value
        corrected += p_value is not None and p_value < 0.05
        naive += stats.ttest_1samp(differences, 0).pvalue < 0.05
    assert corrected <= 24 < naive  # more than 24 of 300 are hard to reconcile with 5 % (binomial, 1 %)
