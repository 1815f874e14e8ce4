"""Failure modes against tables whose answers can be counted on the fingers."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer, roc_auc_score

from harness.fits import recorded
from harness.inspection import errors

ROWS = list("abcdefgh")


def plan(metric, *columns):
    return SimpleNamespace(
        question=SimpleNamespace(metric=metric),
        rows=SimpleNamespace(subgroups=list(columns)),
        evaluation=SimpleNamespace(seed=1),
        confidence=0.95,
    )


def outputs(name, prediction, truth="NNNNYYYY", **more):
    table = {"name": name, "row": ROWS, "fold": [0, 1] * 4, "truth": list(truth), "prediction": list(prediction)}
    return pd.DataFrame(table | more)


def binary():
    told = [0.1, 0.2, 0.7, 0.4, 0.9, 0.8, 0.3, 0.05]
    chances = {"probability of N": [1 - one for one in told], "probability of Y": told}
    return pd.concat(
        [
            outputs("floor", "NNNNNNNN"),
            outputs("linear", "NYYNYYNN"),  # wrong in b, c, g, h
            outputs("rival", "YNNNYNNN"),  # wrong in a, f, g, h
            outputs("candidate", "NNYNYYNN", **chances),  # wrong in c, g, h
        ]
    )


def fits(metric):
    """Return two folds of the candidate and of a tenth of its rows; a second repeat that must not count."""
    rows = [("learning", "0.1", 0, 0, 0.5), ("learning", "0.1", 0, 1, 0.7), ("role", "rival", 0, 0, 0.1)]
    rows += [("role", "candidate", 0, 0, 0.8), ("role", "candidate", 0, 1, 0.9), ("role", "candidate", 1, 0, 0.0)]
    return pd.DataFrame(rows, columns=["kind", "name", "repeat", "fold", metric]).assign(seed=0, n_train=100, n_test=50)


def table():
    return pd.DataFrame({"site": list("ppppqqqq"), "age": np.arange(8.0), "sex": list("mfmfmfmf")}, ROWS)


def look(task, planned, predictions, groups=None):
    groups = pd.Series(ROWS, ROWS) if groups is None else groups
    return errors.failures(
        task, planned, get_scorer(planned.question.metric), predictions, table(), fits(planned.question.metric), groups
    )


@pytest.fixture(scope="module")
def found():
    looked = look("classification", plan("roc_auc", "sex", "site", "age"), binary())
    return json.loads(json.dumps(looked, allow_nan=False))


def test_confusion_is_counted(found):
    assert found["confusion"] == {"classes": ["N", "Y"], "counts": [[3, 1], [2, 2]]}


def test_subgroups_score_as_scikit_learn_does(found):
    own = binary().query("name == 'candidate'").set_index("row")
    parts = {(one["column"], one["part"]): one for one in found["subgroups"]}
    for part, rows in {("", "all"): ROWS, ("sex", "m"): list("aceg"), ("sex", "f"): list("bdfh")}.items():
        assert parts[part]["rows"] == len(rows)
        auc = roc_auc_score(own.loc[rows, "truth"] == "Y", own.loc[rows, "probability of Y"])
        assert parts[part]["value"] == pytest.approx(auc) and parts[part]["why"] is None
    assert parts["", "all"]["low"] < parts["", "all"]["value"] < parts["", "all"]["high"]


def test_a_subgroup_without_a_score_says_why(found):
    """All of site p are N: there is no pair to rank."""
    site = next(one for one in found["subgroups"] if (one["column"], one["part"]) == ("site", "p"))
    assert (site["value"], site["low"], site["high"]) == (None, None, None) and site["why"]


def test_a_number_is_cut_into_quartiles(found):
    ages = [(one["part"], one["rows"]) for one in found["subgroups"] if one["column"] == "age"]
    assert ages == [("0 to 1.75", 2), ("1.75 to 3.5", 2), ("3.5 to 5.25", 2), ("5.25 to 7", 2)]


def test_a_gap_is_a_part_of_its_own():
    names = [name for name, _ in errors.parts(pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, None]))]
    assert names == ["1 to 2", "2 to 3", "3 to 4", "4 to 5", "missing"]


def test_intervals_resample_groups():
    """Eight rows in two groups that are right and wrong as a whole: a resample scores 0, 1/2 or 1, and nothing else."""
    data = outputs("candidate", "NNNNNNNN")
    groups = pd.Series(list("ggggkkkk"), ROWS)
    told = look("classification", plan("accuracy"), data, groups)
    (every,) = told["subgroups"]
    assert (every["value"], every["low"], every["high"], every["units"]) == (0.5, 0.0, 1.0, 2)


def test_the_worst_rows_by_probability_of_the_truth(found):
    assert found["worst"]["measure"] == "probability of the truth"
    assert [one["row"] for one in found["worst"]["rows"]] == list("hgcdbfae")
    first = found["worst"]["rows"][0]
    assert first | {"size": None} == {"row": "h", "truth": "Y", "prediction": "N", "size": None}
    assert first["size"] == pytest.approx(0.05)


def test_the_worst_rows_without_probabilities_are_the_wrong_ones():
    data = outputs("candidate", "NNYNYYNN")
    told = look("classification", plan("accuracy"), data)
    assert [one["row"] for one in told["worst"]["rows"]] == list("cgh")
    assert told["calibration"] == {"why": "the candidate gives no probabilities", "classes": []}


def test_rows_that_every_model_gets_wrong(found):
    """g and h, whatever the floor says; independent errors would share 8 x 4/8 x 4/8 x 3/8 = 0.75 rows."""
    assert found["everyone"]["rows"] == ["g", "h"] and found["everyone"]["expected"] == pytest.approx(0.75)
    assert found["everyone"]["roles"] == ["candidate", "linear", "rival"]


def test_learning_curve(found):
    """Means 0.6 and 0.85; the standard deviation of two numbers is their distance over the root of two."""
    tenth, whole = found["learning"]
    assert (tenth["share"], tenth["rows"], tenth["n"], whole["share"], whole["rows"]) == (0.1, 10, 2, 1.0, 100)
    assert [tenth["mean"], tenth["sd"]] == pytest.approx([0.6, 0.2 / 2**0.5])
    assert [whole["mean"], whole["sd"]] == pytest.approx([0.85, 0.1 / 2**0.5])


def test_calibration_is_scikit_learn_s():
    """The bins of `calibration_curve`; the Brier score by hand; the errors of the bins weighted by their rows."""
    rng = np.random.default_rng(0)
    said = rng.uniform(size=300)
    truth = pd.Series(np.where(rng.uniform(size=300) < said, "Y", "N"))
    own = pd.DataFrame({"prediction": truth, "probability of N": 1 - said, "probability of Y": said})
    model = recorded.Recorded(own, ["N", "Y"], "classification")
    (one,) = errors.calibration(truth, model, pd.Series(range(300)), plan("roc_auc"))["classes"]
    share, mean = calibration_curve(truth, said, n_bins=10, strategy="quantile", pos_label="Y")
    assert [each["share"] for each in one["bins"]] == pytest.approx(share)
    assert [each["said"] for each in one["bins"]] == pytest.approx(mean)
    assert one["class"] == "Y" and one["brier"]["value"] == pytest.approx(((said - (truth == "Y")) ** 2).mean())
    assert one["error"] == pytest.approx(np.abs(share - mean).mean())  # ten bins of 30 rows
    assert 0.5 < one["error"] / one["noise"] < 2  # it is calibrated, so all of its error is noise
    assert all(each["low"] - 1e-9 <= each["share"] <= each["high"] + 1e-9 for each in one["bins"])


def test_calibration_of_three_classes_and_of_a_constant():
    truth = pd.Series(list("abc") * 10)
    own = pd.DataFrame({"prediction": ["a"] * 30} | {f"probability of {one}": [1 / 3] * 30 for one in "abc"})
    model = recorded.Recorded(own, list("abc"), "classification")
    told = errors.calibration(truth, model, pd.Series(range(30)), plan("roc_auc_ovr"))["classes"]
    assert [one["class"] for one in told] == list("abc")
    assert [(one["bins"][0]["n"], len(one["bins"])) for one in told] == [(30, 1)] * 3
    assert [one["error"] for one in told] == pytest.approx([0, 0, 0])


def test_certain_probabilities_are_not_thrown_together():
    """Twenty times 0, wrong once, and twenty times 1, always right: bins of quantiles would make one bin of both."""
    truth = pd.Series(["Y"] + ["N"] * 19 + ["Y"] * 20)
    said = np.repeat([0.0, 1.0], 20)
    own = pd.DataFrame({"prediction": truth, "probability of N": 1 - said, "probability of Y": said})
    model = recorded.Recorded(own, ["N", "Y"], "classification")
    (one,) = errors.calibration(truth, model, pd.Series(range(40)), plan("roc_auc"))["classes"]
    assert [(each["said"], each["share"], each["n"]) for each in one["bins"]] == [(0, 0.05, 20), (1, 1, 20)]
    assert one["error"] == pytest.approx(0.025)


def test_regression():
    """Residuals 0, 1, -1, 0, 0, 0, 5, -9; the worst tenth of eight rows is one row, h for all."""
    truth = [0, 1, 2, 3, 4, 5, 6, 7]
    own = outputs("candidate", [0, 0, 3, 3, 4, 5, 1, 16], truth)
    other = outputs("rival", [0, 1, 2, 3, 4, 5, 6, -9], truth)
    told = look("regression", plan("neg_mean_absolute_error"), pd.concat([own, other]))
    assert told["residuals"]["mean"]["value"] == pytest.approx(-0.5)
    assert told["residuals"]["quantiles"]["smallest"] == -9 and told["residuals"]["quantiles"]["largest"] == 5
    assert [one["row"] for one in told["worst"]["rows"][:4]] == list("hgbc")
    assert told["worst"]["rows"][0] == {"row": "h", "truth": "7", "prediction": "16", "size": 9.0}
    assert told["everyone"]["rows"] == ["h"] and told["everyone"]["expected"] == pytest.approx(8 / 64)
    assert told["subgroups"][0]["value"] == pytest.approx(-2.0)
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
@pytest.mark.parametrize("model", [LogisticRegression(max_iter=20), RandomForestClassifier(5, random_state=0)])
@pytest.mark.filterwarnings("ignore")
def test_recorded_outputs_score_as_the_model_does(load, model):
    X, y = load(return_X_y=True, as_frame=True)
    model.fit(X, y)
    own = pd.DataFrame({"prediction": model.predict(X)})
    own[[f"probability of {one}" for one in model.classes_]] = model.predict_proba(X)
    if hasattr(model, "decision_function") and len(model.classes_) == 2:
        own["decision"] = model.decision_function(X)
    memory = recorded.Recorded(own, list(model.classes_), "classification")
    rows = np.random.default_rng(0).integers(len(y), size=80)
    metrics = ["accuracy", "balanced_accuracy", "neg_log_loss", "f1_macro", "matthews_corrcoef", "roc_auc_ovr"]
    for metric in metrics + (["roc_auc", "average_precision", "neg_brier_score"] if len(model.classes_) == 2 else []):
        scorer = get_scorer(metric)
        assert scorer(memory, X.iloc[rows], y.iloc[rows]) == scorer(model, X.iloc[rows], y.iloc[rows])


def test_a_class_that_a_fold_did_not_learn_has_no_probability():
    data = outputs("candidate", "NNNNYYYY", **{"probability of N": [0.5] * 8, "probability of Y": [np.nan] + [0.5] * 7})
    model, _ = recorded.recall(data, "candidate", "classification")
    assert model.predict_proba(pd.DataFrame(index=["a", "b"])).tolist() == [[0.5, 0.0], [0.5, 0.5]]


def test_what_was_not_recorded_is_not_there():
    model, _ = recorded.recall(outputs("candidate", "NNYNYYNN"), "candidate", "classification")
    assert not hasattr(model, "predict_proba") and not hasattr(model, "decision_function")
    model, _ = recorded.recall(outputs("candidate", range(8), range(8)), "candidate", "regression")
    assert not hasattr(model, "predict_proba")


def test_a_bootstrap_draws_by_what_it_is_called_and_whole_units():
    units = pd.Series(list("ccaabb"), list("uvwxyz"))
    values = np.array([1.0, 2.0, 10.0, 20.0, 100.0, 200.0])
    seen = []

    def total(rows):
        seen.append(rows.tolist())
        return float(values[rows].sum())

    one, same, other = (recorded.resampled(total, units, plan("x"), name, resamples=50) for name in ("a", "a", "b"))
    assert one == same != other and one["value"] == 333
    assert all(
        len(rows) in (4, 6) and {*zip(rows[::2], rows[1::2], strict=True)} <= {(0, 1), (2, 3), (4, 5)} for rows in seen
    )


def test_a_bootstrap_follows_the_seed_of_the_plan():
    other, units = plan("x"), pd.Series(range(20))
    other.evaluation.seed = 2
    one, two = (
        recorded.resampled(lambda rows: float(rows.mean()), units, it, "a", resamples=50) for it in (plan("x"), other)
    )
    assert one["value"] == two["value"] and one != two
