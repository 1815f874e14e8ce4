"""The explanation against models whose inside is known."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from harness.exceptions import StudyError
from harness.fits import estimators
from harness.inspection import importance
from harness.inspection.shap import BACKGROUND, origins
from harness.method.jobs import PLANTED, plant

BOOSTED = GradientBoostingClassifier(n_estimators=9, random_state=0)
ERROR, HITS = get_scorer("neg_mean_squared_error"), get_scorer("accuracy")


@pytest.fixture(scope="module", autouse=True)
def uncompiled():
    """SHAP as Python runs it: where it has numba compile it, that takes longer than all these small tables do."""
    colours = {"action": "ignore", "category": PendingDeprecationWarning}  # matplotlib's
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(**colours):
        patch.setenv("NUMBA_DISABLE_JIT", "1")
        import shap  # noqa: F401 - numba reads the variable when it is first imported


def numbers(rows=60, seed=0, columns="abc"):
    """Return independent standard normal columns, and the planted one."""
    values = np.random.default_rng(seed).normal(size=(rows, len(columns)))
    X = pd.DataFrame(values, [f"row {n}" for n in range(rows)], list(columns))
    return plant(X, 1000 + seed)


def mixed():
    """Return text of three kinds, and a number with gaps; the target of a row is told by its text alone."""
    X = numbers(90, columns="ab")
    X["kind"] = pd.Series(["x", "y", "z"] * 30, X.index).mask(np.arange(90) % 10 == 0)
    X.loc[X["b"] > 1, "b"] = np.nan
    return X, X["kind"].map({"x": 0.0, "y": 3.0, "z": 9.0}).fillna(5.0)


def encoded(model):
    """Put a preparation in front of a model that makes several columns of one."""
    names = OneHotEncoder(handle_unknown="ignore", sparse_output=True)
    rest = (SimpleImputer(add_indicator=True), ["a", "b", PLANTED])
    return make_pipeline(make_column_transformer((names, ["kind"]), rest, sparse_threshold=1), model)


def look(model, X, y, task="regression", train=slice(0, 40), test=slice(40, None), clusters=()):
    """Fit a model on some rows and explain it on others."""
    model.fit(X.iloc[train], y.iloc[train])
    scorer = ERROR if task == "regression" else HITS
    return importance.explain(model, X.iloc[train], X.iloc[test], y.iloc[test], scorer, task, 1, list(clusters))


def over_folds(model, X, y, folds=5):
    """Explain a regression on each fold, and sum up."""
    cuts = KFold(folds, shuffle=True, random_state=0).split(X)
    return importance.summary([look(model, X, y, train=train, test=test) for train, test in cuts])


@pytest.fixture(autouse=True)
def one_thread():
    """Compute as a worker of the evaluation does."""
    with threadpool_limits(1):
        yield


@pytest.fixture
def no_shap(monkeypatch):
    """Leave the slowest part out, where a test is about another."""
    monkeypatch.setattr(importance, "shap_values", lambda *_: {"method": None, "why": "not asked"})


def test_the_planted_column_is_standard_normal_noise_by_its_seed():
    X = plant(pd.DataFrame({"a": np.zeros(4000)}), 3)
    noise = X[PLANTED]
    assert list(X) == ["a", PLANTED]
    assert abs(noise.mean()) < 0.05 and noise.std() == pytest.approx(1, abs=0.05)
    assert noise.equals(plant(X[["a"]], 3)[PLANTED])
    assert not noise.equals(plant(X[["a"]], 4)[PLANTED])
    with pytest.raises(StudyError, match="'planted_noise' is the harness's own"):
        plant(X, 3)


def test_columns_of_one_order_are_a_cluster():
    X = numbers(200, columns="abcd").drop(columns=PLANTED)
    X["power"], X["fall"] = X["a"] ** 9, -np.exp(X["a"])  # Spearman 1 and -1
    X["near"] = X["b"] + 0.5 * X["c"]  # 0.87 with b, 0.49 with c
    X["far"] = X["d"] + 1.5 * np.random.default_rng(3).normal(size=200)  # 0.54 with d
    X["text"], X["constant"] = "same", 1.0
    assert sorted(map(sorted, importance.clusters(X))) == [["a", "fall", "power"], ["b", "near"]]
    assert importance.clusters(X[["a", "text", "constant"]]) == []


def test_a_line_loses_what_arithmetic_says(no_shap):
    X = numbers(400)
    told = over_folds(LinearRegression(), X, 2 * X["a"])
    first, *rest = told["features"]
    assert first["feature"] == "a" and first["claimed"]
    assert first["mean"] == pytest.approx(8 * X["a"].var(), rel=0.1)  # E (2a - 2a')^2 = 8 var a
    assert {row["feature"] for row in rest} == {"b", "c", PLANTED}
    assert not any(row["claimed"] for row in rest) and told["level"] < 1e-9


class Line:
    """Least squares, without what a linear regression of scikit-learn looks at before it answers."""

    def fit(self, X, y):
        self.slopes = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y)[0]
        return self

    def predict(self, X):
        return X.to_numpy() @ self.slopes[:-1] + self.slopes[-1]


def error(model, X, y):
    return -np.mean((model.predict(X) - y.to_numpy()) ** 2)


def test_nothing_is_claimed_of_noise_and_a_signal_is(no_shap, monkeypatch):
    monkeypatch.setattr(importance, "dependence", lambda *_: {})
    monkeypatch.setitem(globals(), "ERROR", error)
    claimed = []
    for seed in range(24):
        X = numbers(80, seed, "abcde")
        y = np.random.default_rng(100 + seed).normal(size=80) + (2 * X["a"] if seed >= 20 else 0)
        told = over_folds(Line(), X, pd.Series(y, X.index))
        claimed.append([row["feature"] for row in told["features"] if row["claimed"]])
    assert claimed[:20].count([]) >= 19
    assert claimed[20:] == [["a"]] * 4


def test_twins_hide_each_other_until_they_are_shuffled_together(no_shap):
    X = numbers(300, columns="ab")
    X["twin"] = X["a"] + 0.01 * X["b"]
    forest = RandomForestRegressor(30, max_features=1, random_state=0)
    told = look(forest, X, X["a"], train=slice(0, 200), test=slice(200, None), clusters=importance.clusters(X))
    alone, together = {name: np.mean(lost) for name, lost in told["importance"].items()}, told["together"]
    assert list(together) == ["a + twin"] and len(together["a + twin"]) == importance.SHUFFLES
    assert np.mean(together["a + twin"]) > 2.5 * max(alone["a"], alone["twin"])


class Difference:
    """No scikit-learn estimator: ``fit`` and ``predict``, nothing else."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return (X["a"] - X["b"]).to_numpy()


def test_a_cluster_is_shuffled_by_one_order_of_rows():
    X = numbers(columns="ab")
    X["b"] = X["a"]
    told = look(estimators.tagged(Difference(), "regression"), X, 0 * X["a"], clusters=[["a", "b"]])
    assert told["together"] == {"a + b": [0.0] * importance.SHUFFLES}  # a - b is 0 in every row, whatever their order
    assert np.mean(told["importance"]["a"]) == pytest.approx(2 * X["a"].var(), rel=0.5)


@pytest.mark.parametrize("wrapped", [True, False])
def test_fit_and_predict_are_enough(wrapped):
    def scorer(model, X, y):
        return -np.mean((model.predict(X) - y) ** 2)

    X, model = numbers(), Difference()
    model = estimators.tagged(model, "regression").fit(X, X["a"]) if wrapped else model
    told = importance.explain(model, X, X, X["a"], scorer, "regression", 1, [["a", "b"]])
    assert told["shap"]["method"] == "PermutationExplainer" and told["shap"]["additivity"] < 1e-12
    assert told["shap"]["mean_abs"]["c"] == 0 and told["tree"] is None and told["output"] == "prediction"


@pytest.mark.parametrize(
    ("model", "classes", "method", "output"),
    [
        (RandomForestClassifier(20, random_state=0), 2, "TreeExplainer", "probability of 1"),
        (RandomForestClassifier(20, random_state=0), 3, "TreeExplainer", "probability of each class"),
        (BOOSTED, 2, "TreeExplainer", "decision for 1"),
        (GridSearchCV(make_pipeline(StandardScaler(), BOOSTED), {}), 2, "TreeExplainer", "decision for 1"),
        (BOOSTED, 3, "PermutationExplainer", "probability of each class"),
        (HistGradientBoostingRegressor(min_samples_leaf=5), 0, "TreeExplainer", "prediction"),
        (make_pipeline(PCA(2), RandomForestRegressor(9)), 0, "PermutationExplainer", "prediction"),
        (LogisticRegression(), 2, "PermutationExplainer", "probability of 1"),
        (LogisticRegression(), 3, "PermutationExplainer", "probability of each class"),
        (SVC(), 2, "PermutationExplainer", "decision for 1"),
        (SVC(), 3, "PermutationExplainer", "decision for each class"),
        (LinearRegression(), 0, "PermutationExplainer", "prediction"),
    ],
)
def test_shap_values_add_up_to_the_output_that_is_named(model, classes, method, output):
    X = numbers()
    if isinstance(model, HistGradientBoostingRegressor):  # the one that takes gaps as they are
        X["c"] = X["c"].mask(X["c"] > 1)
    y, task = X["a"] + X["b"] * X["c"].fillna(1), "classification" if classes else "regression"
    told = look(model, X, pd.qcut(y, classes, labels=False) if classes else y, task)
    assert (told["shap"]["method"], told["shap"]["output"]) == (method, output)
    assert told["shap"]["additivity"] < 1e-6 and told["shap"]["rows"] == 20
    assert list(told["shap"]["mean_abs"]) == list(X)
    if model.__class__.__name__ == "Pipeline":
        assert told["tree"] is None  # a principal component is no column of the study


def test_shap_values_of_a_line_are_its_slopes_times_the_distance_from_the_mean():
    X, train = numbers(), slice(0, BACKGROUND)  # all of them are the background
    told = look(LinearRegression(), X, 2 * X["a"] - 3 * X["b"], train=train)["shap"]
    for name, slope in {"a": 2, "b": -3, "c": 0, PLANTED: 0}.items():
        distance = X[name].iloc[40:] - X[name].iloc[train].mean()
        assert told["mean_abs"][name] == pytest.approx((slope * distance).abs().mean(), abs=1e-12)


def test_what_became_of_a_column_is_summed_for_it():
    X, y = mixed()
    model = encoded(DecisionTreeRegressor(random_state=0))
    told = look(model, X, y, train=slice(0, 60), test=slice(60, None))
    expected = np.abs(y.iloc[60:] - y.iloc[:60].mean()).mean()  # all is told by the text, so all is due to it
    assert told["shap"]["method"] == "TreeExplainer" and told["shap"]["additivity"] < 1e-12
    assert told["shap"]["mean_abs"] == pytest.approx({"a": 0, "b": 0, PLANTED: 0, "kind": expected}, abs=1e-9)
    assert told["tree"] == pytest.approx({"a": 0, "b": 0, PLANTED: 0, "kind": 1}, abs=1e-12)


def test_what_a_column_became_is_found_by_few_rows_at_a_time(monkeypatch):
    monkeypatch.setattr("harness.inspection.shap.AT_ONCE", 7)
    X = pd.DataFrame({"kind": ["x"] * 7 + ["y"] * 7 + ["z"], "b": range(15), "gap": [np.nan] * 14 + [1.0]})
    seen = []

    def prepare(rows):
        seen.append(len(rows))
        return np.column_stack([rows["b"], *(rows["kind"] == kind for kind in "xyz"), rows["gap"], np.ones(len(rows))])

    # Of what is sorted, the rows at hand are all alike; the first of them gets the value of the row above it.
    became = {"kind": [0, 1, 1, 1, 0, 0], "b": [1, 0, 0, 0, 0, 0], "gap": [0, 0, 0, 0, 1, 0]}
    assert origins(prepare, X).tolist() == list(map(list, became.values())) and max(seen) == 7
    with pytest.raises(ValueError, match="mixes"):
        origins(lambda rows: rows[["b"]].to_numpy() + (rows[["kind"]] == "z").to_numpy(), X)


def test_each_few_rows_are_tried(monkeypatch):
    monkeypatch.setattr("harness.inspection.shap.AT_ONCE", 7)
    X = pd.DataFrame({f"c{row}": (np.arange(21) == row).astype(float) for row in (3, 10, 17)})  # each in one part alone
    assert (origins(lambda rows: rows.to_numpy(), X) == np.eye(3, dtype=bool)).all()


def test_text_and_gaps_pass_through_all_of_it():
    X, y = mixed()
    X["none"] = np.nan
    told = look(encoded(LinearRegression()), X, y, train=slice(0, 60), test=slice(60, None))
    assert told["shap"]["method"] == "PermutationExplainer" and told["shap"]["additivity"] < 1e-6
    kind = told["dependence"]["kind"]
    assert kind["grid"] == ["x", "y", "z"] and kind["mean"] == pytest.approx([0, 3, 9], abs=0.5)
    assert told["dependence"]["none"] == {"grid": [], "mean": [], "ice": []}
    assert json.loads(json.dumps(told, allow_nan=False)) == told  # the cache keeps it as JSON


def test_values_that_do_not_add_up_are_not_shown():
    class Drunk(Difference):
        def predict(self, X):
            return np.random.random(len(X))

    X = numbers()
    told = importance.explain(Drunk(), X, X, X["a"], lambda *_: 0.0, "regression", 1, [])
    assert told["shap"]["method"] is None
    assert "PermutationExplainer: the values miss the output by" in told["shap"]["why"]
    assert importance.summary([told, told])["shap"] == told["shap"]


def test_dependence_of_a_line_is_the_line(no_shap):
    X = numbers(100)
    X["whole"] = np.arange(100) % 7 // 3
    told = look(LinearRegression(), X, 2 * X["a"] + X["b"] + 5 * X["whole"], train=slice(0, 60), test=slice(60, None))
    line, rest = told["dependence"]["a"], (X["b"] + 5 * X["whole"]).iloc[60:]
    grid = np.array(line["grid"])
    assert PLANTED not in told["dependence"] and told["dependence"]["whole"]["grid"] == [0, 1, 2]
    assert len(grid) == importance.GRID and set(grid) <= set(X["a"].iloc[60:]) and (np.diff(grid) > 0).all()
    assert np.ptp(np.array(line["mean"]) - 2 * grid) == pytest.approx(0, abs=1e-9)
    assert line["mean"][0] - 2 * grid[0] == pytest.approx(rest.mean())
    curves = np.array(line["ice"]) - 2 * grid  # each row keeps its own rest
    assert curves.shape == (importance.CURVES, importance.GRID) and np.ptp(curves, axis=1).max() < 1e-9
    assert set(curves[:, 0].round(6)) <= set(rest.round(6))


def test_the_grid_of_a_column_that_is_no_number_is_its_values_as_text():
    rows = pd.DataFrame({"m": pd.Series(["x", 3, 3, "x", 7], dtype=object)})
    told = importance.dependence(lambda X: (X[["m"]] == 3).to_numpy(float), 0, rows, rows["m"])
    assert told == {"grid": ["3", "7", "x"], "mean": [1, 0, 0], "ice": [[1, 0, 0]] * 5}


def test_dependence_tells_the_second_of_two_classes_and_the_most_frequent_of_more(no_shap):
    X = numbers(100)
    two = pd.Series(np.where(X["a"] > 0.5, "yes", "no"), X.index)
    told = look(LogisticRegression(C=100), X, two, "classification")
    assert told["output"] == "probability of yes" and told["dependence"]["a"]["mean"][-1] > 0.9
    three = two.mask(X["a"] < 0, "zero")
    told = look(LogisticRegression(C=100), X, three, "classification")
    assert told["output"] == "probability of zero" and told["dependence"]["a"]["mean"][0] > 0.9


def test_a_classifier_without_probabilities_is_told_by_its_predictions():
    class Sign(Difference):
        def predict(self, X):
            return np.where(X["a"] > 0, "up", "down")

    X = numbers()
    y = pd.Series(Sign().predict(X), X.index)
    told = look(estimators.tagged(Sign(), "classification"), X, y, "classification")
    assert told["output"] == told["shap"]["output"] == "prediction of up"
    line = told["dependence"]["a"]
    assert line["mean"] == [float(value > 0) for value in line["grid"]]


def test_a_seed_names_one_explanation():
    X = numbers()
    told = []
    for state in (0, 1):
        np.random.seed(state)  # of the global generator, which must not matter
        told.append(look(LinearRegression(), X, X["a"]))
    assert told[0] == told[1]


def fold(importance, tree=None, shap=None):
    """Return what `explain` might say of a fold."""
    shap = {"method": "TreeExplainer", "rows": 5, "output": "prediction"} | (shap or {})
    found = {"importance": importance, "together": {"a + b": [9.0, 9.0]}, "tree": tree, "shap": shap}
    return found | {"dependence": {"a": sum(importance["a"])}, "occlusion": [], "output": "prediction"}


def test_the_summary_by_hand():
    one = fold(
        {"a": [5.0, 7.0], "b": [4.0, 4.0], PLANTED: [0.0, 2.0]},
        {"a": 0.2, "b": 0.8},
        {"mean_abs": {"a": 1.0}, "additivity": 1e-9},
    )
    two = fold(
        {"a": [6.0, 8.0], "b": [9.0, 9.0], PLANTED: [1.0, 1.0]},
        {"a": 0.4, "b": 0.6},
        {"mean_abs": {"a": 2.0}, "additivity": 1e-8},
    )
    told = importance.summary([one, two])
    assert told["level"] == pytest.approx(1 + 2 * np.sqrt(2 / 3))  # mean 1; squared distances 1, 1, 0, 0 over 3
    a, b = {"feature": "a", "mean": 6.5, "sd": np.sqrt(5 / 3), "claimed": True}, {"feature": "b", "mean": 6.5}
    assert told["features"][0] == pytest.approx(a)
    assert told["features"][1] == pytest.approx(b | {"sd": np.sqrt(25 / 3), "claimed": True})
    assert told["features"][2] == pytest.approx(
        {"feature": PLANTED, "mean": 1.0, "sd": np.sqrt(2 / 3), "claimed": False}
    )
    assert told["together"] == [{"feature": "a + b", "mean": 9.0, "sd": 0.0, "claimed": True}]
    assert told["tree"] == pytest.approx({"a": 0.3, "b": 0.7})
    assert told["shap"] == one["shap"] | {"mean_abs": {"a": 1.5}, "additivity": 1e-8, "rows": 10}
    assert told["dependence"] == {"a": 12.0} and told["output"] == "prediction"


def test_a_column_that_helped_in_one_fold_only_is_not_claimed():
    lucky = [
        fold({"a": [9.0, 9.0], PLANTED: [0.0, 0.0]}),
        fold({"a": [0.0, 0.0], PLANTED: [0.0, 0.0]}),
    ]
    for one in lucky:
        one["shap"]["method"] = None
    told = importance.summary(lucky)
    assert told["features"][0]["mean"] == 4.5 and told["level"] == 0 and not told["features"][0]["claimed"]


def test_a_planted_column_that_harms_sets_no_level_below_zero():
    harm = fold({"a": [-1.0, -1.0], PLANTED: [-9.0, -9.0]})
    harm["shap"]["method"] = None
    told = importance.summary([harm, harm])
    assert told["level"] == 0 and not told["features"][0]["claimed"]
