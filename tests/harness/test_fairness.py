"""What is looked at for a fair comparison, where values are missing, mixed, or of numpy."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

from harness.checks import fairness, predictions, scene, verification
from harness.fits import diagnostics
from harness.study import Dataset

X, Y = np.arange(40.0).reshape(-1, 1), np.arange(40) % 2


def search(parameters, model=None, kind=GridSearchCV, y=Y, **more):
    return kind(model or LogisticRegression(), parameters, cv=2, **more).fit(X, y)


def test_values_that_have_no_order_have_no_edge():
    assert diagnostics.at_edge(search({"class_weight": [None, {0: 1, 1: 2}, "balanced"]})) == []
    assert diagnostics.at_edge(search({"fit_intercept": [True, False]})) == []


def test_numbers_of_numpy_have_an_edge_and_what_was_drawn_has_none():
    grid = {"alpha": np.arange(10, 40, 10)}
    assert diagnostics.at_edge(search(grid, Ridge(), y=X[:, 0])) == ["alpha = 10 is the lowest of 3 values"]
    assert diagnostics.at_edge(search(grid, Ridge(), RandomizedSearchCV, y=X[:, 0], n_iter=3, random_state=0)) == []


def test_a_silenced_convergence_warning_is_heard():
    import warnings

    with diagnostics.convergence() as found, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        LogisticRegression(max_iter=1).fit(X, Y)
    assert len(found) == 1 and "failed to converge" in found[0]


@pytest.mark.parametrize(
    ("values", "answer"),
    [([np.nan] * 20, False), (pd.array([1, 2, None, 4] * 5, "Int64"), True), (["a", "b", None, "b"] * 5, True)],
)
def test_an_answer_is_planted_where_values_are_missing(values, answer):
    frame = pd.DataFrame({"x": values}, index=[f"row {n}" for n in range(20)])
    rows = Dataset(frame, pd.Series(["no", "yes"] * 10, frame.index, name="y"), frame.index.to_series())
    planted = fairness.planted_answer(rows, "x", "classification", np.arange(10))
    assert (planted is not None) == answer
    assert planted is None or set(planted.y) == {"no", "yes"}


def test_a_label_is_the_same_number_whichever_others_are_predicted():
    model = SimpleNamespace(predict=lambda rows: np.where(rows["x"] >= 4000, "male", "female"))
    labels = np.array(["female", "male"])
    whole = predictions.said(model, pd.DataFrame({"x": [3999.0, 4000.0]}), labels)
    alone = predictions.said(model, pd.DataFrame({"x": [4000.0]}), labels)
    assert whole.tolist() == [[1, 0], [0, 1]] and alone.tolist() == [[0, 1]]


@pytest.mark.parametrize("value", [7, np.int64(3), (1, 2), None, frozenset({1, (2, 3)}), 1.5])
def test_a_hash_that_is_one_in_each_process_stays(value):
    assert scene.other_hash(value) == hash(value)


@pytest.mark.parametrize("value", ["a", b"a", (1, "a")])
def test_a_hash_that_is_another_in_each_process_is_another(value):
    assert scene.other_hash(value) != hash(value)


def test_a_workflow_starts_at_one_event_at_several_or_by_a_table(tmp_path):
    assert verification.moments("push") == verification.moments(["push"]) == verification.moments({"push": {}})
    (tmp_path / "broken.yml").write_text("on: [push\n", "utf-8")
    assert verification.parsed(tmp_path / "broken.yml") == verification.parsed(tmp_path / "none.yml") == {}
