"""The evaluation against numbers that can be worked out beforehand."""

import random

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression

from harness import StudyError, evaluate, plan, verdict
from harness.dataset import Dataset
from harness.inputs import Study


class SeedTeller(RegressorMixin, BaseEstimator):
    """Predict the seed; the error then tells which seed a fit was given."""

    def __init__(self, seed):
        self.seed = seed

    def fit(self, X, y):
        """Learn nothing."""
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X):
        """Return the seed for every row."""
        return np.full(len(X), float(self.seed))


def mean(seed):
    return DummyRegressor()


def line(seed):
    return LinearRegression()


def teller(seed):
    return SeedTeller(seed)


MODELS = {"mean": mean, "line": line, "teller": teller}


def study(rows=40, candidate="line", metric="neg_mean_absolute_error"):
    """Return a study of y = 2 a, with a useless b."""
    index = pd.Index([f"row {n}" for n in range(rows)])
    X = pd.DataFrame({"a": np.arange(rows, dtype=float), "b": np.arange(rows) % 3 - 1.0}, index)
    question = {"claim": "A line is better.", "metric": metric, "why": "It can be worked out.", "margin": 1.0}
    models = {"floor": "mean", "linear": "line", "rival": "mean", "candidate": candidate}
    planned = {
        "question": question,
        "models": models,
        "evaluation": {"seed": 1, "folds": 4, "repeats": 2, "sealed": 0.2},
        "ablations": {"without_a": ["a"]},
    }
    data = Dataset(X, 2 * X["a"], pd.Series(index, index))
    return Study(plan.Plan.model_validate(planned), MODELS, data, data, 0)


@pytest.fixture(scope="module")
def scores():
    return evaluate.evaluate(study(), workers=1)


def test_every_fit_is_there_once(scores):
    kinds = scores.groupby(["kind", "name"]).size().to_dict()
    restarts = {("restart", str(n)): 4 for n in range(evaluate.RESTARTS)}
    assert (
        kinds
        == {("role", role): 8 for role in ("floor", "linear", "rival", "candidate")}
        | {("ablation", "without_a"): 8}
        | restarts
    )
    assert not scores.duplicated(evaluate.KEYS).any()
    assert (scores["n_test"] == 10).all() and (scores["n_train"] == 30).all()


def test_known_errors(scores):
    error = -scores.set_index(["kind", "name"])["neg_mean_absolute_error"]
    assert error[("role", "candidate")].max() < 1e-9  # a line through points on a line
    assert error[("ablation", "without_a")].min() > 10  # the useless column alone
    floor = error[("role", "floor")].mean()
    assert floor == pytest.approx(20, rel=0.15)  # mean |y - mean y| of 0, 2, ..., 78 is 20


def test_roles_are_paired_by_fold(scores):
    """Floor and rival are the same model here: fold by fold they agree to the last bit."""
    by_fold = scores[scores["kind"] == "role"].pivot(index=["repeat", "fold"], columns="name")
    metric = by_fold["neg_mean_absolute_error"]
    assert (metric["floor"] == metric["rival"]).all()
    assert metric["floor"].nunique() > 2


def test_comparison_and_verdict(scores):
    compared = verdict.compare(study().plan, scores)
    assert set(compared) == {("role", "floor"), ("role", "linear"), ("role", "rival"), ("ablation", "without_a")}
    assert compared["role", "rival"].value == pytest.approx(20, rel=0.15)
    assert verdict.decide(compared["role", "rival"], compared["role", "floor"], 1.0)[0] == "supported"


def test_the_number_of_workers_does_not_matter(scores):
    again = evaluate.evaluate(study(), workers=2)
    seconds = ["fit_s", "score_s"]
    pd.testing.assert_frame_equal(scores.drop(columns=seconds), again.drop(columns=seconds), check_exact=True)


def test_a_seed_for_each_repeat_and_restart():
    fits = list(evaluate.plan_jobs(study(candidate="teller")))
    roles = {(job.repeat, job.seed) for job in fits if job.kind != "restart"}
    restarts = {job.seed for job in fits if job.kind == "restart"}
    assert len(roles) == len({seed for _, seed in roles}) == 2  # one a repeat, the same for all models
    assert len(restarts) == evaluate.RESTARTS and not restarts & {seed for _, seed in roles}


class Careless(SeedTeller):
    """Draw from the global generators whatever the seed says."""

    def predict(self, X):
        """Return noise."""
        return np.random.random(len(X)) + random.random()


def test_models_that_ignore_their_seed_repeat_all_the_same():
    noisy = study()._replace(models=MODELS | {"line": Careless})
    first, second = (evaluate.evaluate(noisy, workers=1)["neg_mean_absolute_error"] for _ in range(2))
    assert (first == second).all() and first.nunique() > 10


def test_the_budget_holds_what_the_seed_moves():
    told = study(candidate="teller")
    budget = verdict.error_budget(told.plan, evaluate.evaluate(told, workers=1))
    seeds = [job.seed for job in evaluate.plan_jobs(told) if job.kind == "restart" and job.fold == 0]
    assert budget["restart"] == pytest.approx(np.std(seeds, ddof=1), rel=1e-6)


def test_importance_finds_the_column_that_matters():
    importance = evaluate.explain(study())
    assert list(importance.index) == ["a", "b"]
    assert importance.loc["a", "mean"] > 10 and importance.loc["b", "mean"] == pytest.approx(0, abs=1e-9)


@pytest.mark.filterwarnings("ignore:R.2 score is not well-defined")
def test_an_undefined_metric_is_refused():
    with pytest.raises(StudyError, match="a metric is undefined in .* fits"):
        few = study(rows=4, metric="r2")  # folds of one row: there is no variance to explain
        evaluate.evaluate(few, workers=1)
