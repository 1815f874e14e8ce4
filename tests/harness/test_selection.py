"""Selection: as scikit-learn's grid search chooses, inside the training rows alone."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV

from harness.exceptions import StudyError
from harness.fits import fit
from harness.method import selection, splits
from harness.method.jobs import Job
from harness.study import Dataset

ALPHAS = (0.01, 1.0, 100.0)
NAMES = [f"ridge alpha={alpha}" for alpha in ALPHAS]
METRIC = "neg_mean_absolute_error"


def build(seed):
    return Ridge(random_state=seed)


@pytest.fixture
def data():
    rng = np.random.default_rng(7)
    X = pd.DataFrame(rng.normal(size=(60, 8)), columns=list("abcdefgh"), index=[f"row {n}" for n in range(60)])
    y = pd.Series(X["a"] + rng.normal(size=60), name="y")
    return Dataset(X, y, pd.Series([f"group {n // 3}" for n in range(60)], X.index))


@pytest.fixture
def job():
    variants = {name: {"alpha": alpha} for name, alpha in zip(NAMES, ALPHAS, strict=True)}
    first = Job("role", "candidate", "regression", "development", build, list("abcdefgh"), 5)
    return first._replace(variants=variants, scorers={METRIC: get_scorer(METRIC)})


def test_it_chooses_as_a_grid_search_does(job, data):
    train = data.take(np.arange(45))
    cut = splits.folds(train, 5, 5, False)
    search = GridSearchCV(Ridge(random_state=5), {"alpha": ALPHAS}, scoring=METRIC, cv=cut).fit(train.X, train.y)
    settled = selection.settled(job, train, fit.fit)
    assert settled.parameters == search.best_params_
    assert settled.variant == f"ridge alpha={search.best_params_['alpha']}"
    assert fit.fit(job, train).predict(data.X) == pytest.approx(search.predict(data.X))


def test_the_rows_of_the_test_have_no_say(job, data):
    """Other targets there: the same choice, another score."""
    job = job._replace(train=np.arange(45), test=np.arange(45, 60))
    other = data._replace(y=data.y.where(data.y.index.isin(data.y.index[:45]), -data.y))
    first, second = (fit.do(job, rows, job.scorers)["row"] for rows in (data, other))
    assert first["variant"] == second["variant"] and first[METRIC] != second[METRIC]


def test_dependent_rows_stay_together(job, data):
    train, seen = data.take(np.arange(45)), []

    def watched(one, rows):
        seen.append({*rows.groups})
        return fit.fit(one, rows)

    selection.settled(job, train, watched)
    assert len(seen) == 15  # three variants on five folds
    for groups in seen:
        tested = {*train.groups} - groups
        assert len(tested) == 3, "each fold tests whole groups of three rows"


def test_settings_are_counted_and_an_edge_is_named(job, data):
    steep = data._replace(y=data.X["a"] * 100)  # no noise: the least shrinkage is the best
    row = fit.do(job._replace(train=np.arange(45), test=np.arange(45, 60)), steep, job.scorers)["row"]
    assert row["trials"] == 3 and row["variant"] == NAMES[0]
    assert row["diagnostics"] == "alpha = 0.01 is the lowest of 3 values"


def test_how_often_each_was_chosen():
    plan = SimpleNamespace(variants={"ridge": {"alpha": [0.01, 1.0]}, "as it is": {}})
    picked = ["ridge alpha=1.0", "as it is", "ridge alpha=1.0", "as it is"]
    scores = pd.DataFrame({"kind": ["role"] * 4, "name": ["candidate"] * 3 + ["rival"], "variant": picked})
    assert selection.chosen(plan, scores) == {
        "ridge alpha=0.01": {"parameters": {"alpha": 0.01}, "chosen": 0},
        "ridge alpha=1.0": {"parameters": {"alpha": 1.0}, "chosen": 2},
        "as it is": {"parameters": {}, "chosen": 1},
    }


def test_few_groups_get_fewer_folds_and_one_a_sentence(job, data):
    assert len(selection.folds(job, data.take(np.arange(9)))) == 3  # three groups
    with pytest.raises(
        StudyError, match=r"\[variants\]: role candidate, fold 0: 3 training rows in 1 groups are too few"
    ):
        selection.folds(job, data.take(np.arange(3)))
