"""Weights: a row that counts twice is as two rows, in a fit and in a score."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness.exceptions import StudyError
from harness.fits import fit, keys, recorded
from harness.inspection import importance
from harness.method.jobs import Job
from harness.plan import metrics
from harness.study import Dataset

ROWS, TEST = 60, 15
SCORERS = {"neg_mean_absolute_error": get_scorer("neg_mean_absolute_error"), "r2": get_scorer("r2")}


def line(seed):
    return LinearRegression()


def ridge(seed):
    """Ridge regression that takes weights; its scaler does without."""
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        return make_pipeline(scaler, Ridge(0.5).set_fit_request(sample_weight=True))


def searched(seed):
    with config_context(enable_metadata_routing=True):
        model = Ridge().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        return GridSearchCV(model, {"alpha": [0.1, 10.0]}, cv=3)


def silent(seed):
    return make_pipeline(StandardScaler(), Ridge())


class Half:
    """A model that is no estimator, and takes no weights."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.full(len(X), 0.5)


def half(seed):
    return Half()


def data(counts):
    """Return rows that count so often, and the same rows so often."""
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(ROWS, 2)), [f"row {n}" for n in range(ROWS)], ["a", "b"])
    y = X["a"] - X["b"] ** 2 + rng.normal(size=ROWS)
    weighted = Dataset(X, y, X.index.to_series(), weights=pd.Series(counts, X.index))
    again = np.repeat(np.arange(ROWS), np.array(counts, int))
    many = weighted._replace(weights=None).take(again)
    names = pd.Index([f"copy {n}" for n in range(len(again))])
    many = Dataset(many.X.set_axis(names), many.y.set_axis(names), names.to_series())
    return weighted, many, again


def job(build, dataset, test, wants=""):
    place = np.arange(len(dataset.y))
    chosen = {"train": place[~test], "test": place[test], "wants": wants}
    return Job("role", "candidate", "regression", "development", build, ["a", "b"], 5, **chosen)


@pytest.mark.parametrize("build", [line, searched])
def test_a_row_that_counts_twice_is_as_two_rows(build):
    counts = np.random.default_rng(1).integers(1, 4, ROWS).astype(float)
    weighted, many, again = data(counts)
    test = np.arange(ROWS) < TEST
    one = fit.do(job(build, weighted, test), weighted, SCORERS)["row"]
    if build is line:
        other = fit.do(job(build, many, test[again]), many, SCORERS)["row"]
        assert all(one[name] == pytest.approx(other[name]) for name in SCORERS)
    plain = fit.do(job(build, weighted, test), weighted._replace(weights=None), SCORERS)["row"]
    assert all(abs(one[name] - plain[name]) > 1e-3 for name in SCORERS)


def test_a_pipeline_says_which_step_takes_them():
    weighted, _, _ = data(np.linspace(0.1, 3, ROWS))
    test = np.arange(ROWS) < TEST
    model = fit.fit(job(ridge, weighted, test), weighted.take(~test))
    train = weighted.take(~test)
    scaled = StandardScaler().fit(train.X)
    expected = Ridge(0.5).fit(scaled.transform(train.X), train.y, sample_weight=train.weights)
    assert model[-1].coef_ == pytest.approx(expected.coef_, rel=1e-12)
    with pytest.raises(StudyError, match="sample_weight.*set_fit_request"):
        fit.fit(job(silent, weighted, test), train)
    with pytest.raises(StudyError, match="sample_weight"):
        fit.fit(job(half, weighted, test), train)


def test_importance_and_parts_are_scored_by_them(monkeypatch):
    monkeypatch.setattr(importance, "shap_values", lambda *_: {"method": None, "why": "not asked"})
    weighted, _, _ = data(np.r_[np.full(5, 1.0), np.zeros(ROWS - 5)] + 1e-9)
    scorer = metrics.weighted(SCORERS, weighted.weights)["neg_mean_absolute_error"]
    forest = RandomForestRegressor(10, random_state=0).fit(weighted.X, weighted.y)
    first = weighted.X.iloc[:5]
    assert scorer(forest, weighted.X, weighted.y) == pytest.approx(
        -np.abs(forest.predict(first) - weighted.y.iloc[:5]).mean(), rel=1e-6
    )
    outputs = pd.DataFrame({"prediction": forest.predict(weighted.X)}, weighted.X.index)
    model = recorded.Recorded(outputs, [], "regression")
    twice = np.r_[0, 0, 1]  # as a bootstrap draws
    expected = np.abs(outputs["prediction"] - weighted.y).iloc[twice].mean()
    assert recorded.score(scorer, model, weighted.y, twice) == pytest.approx(-expected)


def test_a_weight_is_part_of_the_row_in_the_cache():
    weighted, _, _ = data(np.ones(ROWS))
    heavier = weighted._replace(weights=weighted.weights.where(weighted.weights.index != "row 7", 2.0))
    changed = keys.row_hashes(weighted) != keys.row_hashes(heavier)
    assert changed.nonzero()[0].tolist() == [7]
    assert weighted.take([3, 7]).weights.index.tolist() == ["row 3", "row 7"]
