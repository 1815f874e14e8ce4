"""Several targets: what a model says of each goes under its own name, and every score is that of the model itself."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from sklearn.datasets import make_multilabel_classification, make_regression
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier

from harness.exceptions import StudyError
from harness.fits import fit, keys, recorded
from harness.inspection import importance
from harness.method import inputs, splits, variation
from harness.method.jobs import PLANTED, Job
from harness.plan.rows import Data
from harness.plan.sections import Replay
from harness.provenance import tolerance
from harness.study import Dataset, load_dataset

NAMES = ["a", "b", "c"]
LABELS = ["f1_samples", "roc_auc", "accuracy"]
FOREST = RandomForestClassifier(20, random_state=0)
CLASSIFIERS = [
    FOREST,
    KNeighborsClassifier(5),
    OneVsRestClassifier(LogisticRegression()),
    MultiOutputClassifier(LogisticRegression()),
]


def data(task):
    if task == "classification":
        X, y = make_multilabel_classification(120, 6, n_classes=3, random_state=1)
    else:
        X, y = make_regression(120, 6, n_targets=3, noise=20.0, random_state=1)
    rows = pd.Index([f"row {n}" for n in range(120)])
    X = pd.DataFrame(X, rows, [f"x{n}" for n in range(6)])
    return Dataset(X, pd.DataFrame(y, rows, NAMES), rows.to_series())


def done(model, task, metrics):
    """Return model, rows, job, and what a fit gives."""
    rows, place = data(task), np.arange(120)
    job = Job("role", "candidate", task, "development", lambda seed: model, [*rows.X], 3)
    job = job._replace(train=place[:80], test=place[80:], wants="outputs")
    return rows, job, fit.do(job, rows, {name: get_scorer(name) for name in metrics})


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: type(model).__name__)
def test_what_is_recorded_of_labels_scores_as_the_model_does(model):
    rows, job, found = done(model, "classification", LABELS)
    table = fit.prediction_table(job, rows, found["more"])
    told, test = model.predict_proba(rows.X.iloc[80:]), rows.y.iloc[80:]
    for n, name in enumerate(NAMES):
        chance = told[n][:, 1] if isinstance(told, list) else told[:, n]
        assert table[f"probability of {name}"].tolist() == chance.tolist()
        assert table[f"truth of {name}"].tolist() == test[name].tolist()
    kept, truth = recorded.recall(table, "candidate", "classification")
    assert truth.equals(test.rename_axis("row"))
    for name in LABELS:
        again = recorded.score(get_scorer(name), kept, truth, np.arange(40))
        assert again == pytest.approx(found["row"][name]) and again > 0.2


def test_what_is_recorded_of_numbers_scores_as_the_model_does():
    rows, job, found = done(RandomForestRegressor(20, random_state=0), "regression", ["r2", "neg_mean_absolute_error"])
    table = fit.prediction_table(job, rows, found["more"])
    assert [*table] == [
        "name",
        "row",
        "fold",
        *(f"{what} of {name}" for what in ("truth", "prediction") for name in NAMES),
    ]
    kept, truth = recorded.recall(table, "candidate", "regression")
    for name in ("r2", "neg_mean_absolute_error"):
        assert recorded.score(get_scorer(name), kept, truth, np.arange(40)) == pytest.approx(found["row"][name])
    other = table.assign(**{"prediction of b": table["prediction of b"] + 1e-3})
    worst = [row.status for row in tolerance.prediction_rows(table, other, 2, Replay())]
    assert worst == ["identical", "identical", "outside", "identical"]
    changed = table.assign(**{"truth of c": table["truth of c"] + 1})
    assert tolerance.prediction_rows(table, changed, 2, Replay())[0].status == "outside"


def test_a_label_that_no_training_row_has_is_given_no_chance():
    X = data("classification").X
    y = pd.DataFrame({"a": [0, 1] * 60, "b": [0] * 120}, X.index)
    given = fit.outputs(FOREST.fit(X, y), X)
    assert np.asarray(given["predict_proba"]).shape == (120, 2) and not np.asarray(given["predict_proba"])[:, 1].any()


def test_rows_are_cut_told_apart_and_left_out_by_all_targets():
    rows = data("classification")
    assert len(splits.folds(rows, 5, 0, stratify=True)) == 5
    assert len(variation.share(rows, 0.5, np.random.default_rng(0), True).y) == 60
    other = rows.y.copy()
    other.loc["row 7", "c"] = 1 - other.loc["row 7", "c"]
    differs = keys.row_hashes(rows) != keys.row_hashes(rows._replace(y=other))
    assert differs.nonzero()[0].tolist() == [7]
    table = pd.DataFrame({"x": [1.0, 2, 3, 4], "a": [1.0, None, 0, 1], "b": [0.0, 1, None, 1]}, list("pqrs"))
    schema = pa.DataFrameSchema(
        {"x": pa.Column(float), "a": pa.Column(float, nullable=True), "b": pa.Column(float, nullable=True)}
    )
    study = SimpleNamespace(read=table.reset_index, tidy=lambda raw: raw.set_index("index"), SCHEMA=schema)
    _, known, excluded = load_dataset(study, Data(target=["a", "b"], features=["x"]))
    assert excluded == {"no a": 1, "no b": 1} and known.y.to_numpy().tolist() == [[1, 0], [1, 1]]


def test_an_explanation_says_what_it_is_not_made_for():
    rows = data("regression")
    X = rows.X.assign(**{PLANTED: np.random.default_rng(0).normal(size=120)})
    model = RandomForestRegressor(20, random_state=0).fit(X, rows.y)
    told = importance.explain(model, X, X, rows.y, get_scorer("r2"), "regression", 0, [])
    assert importance.summary([told, told])["occlusion"] == []  # all that a run keeps of it
    assert told["shap"] == {"method": None, "why": importance.SEVERAL} and told["dependence"] == {}
    assert np.mean(told["importance"][PLANTED]) < max(np.mean(told["importance"][name]) for name in rows.X)


@pytest.mark.parametrize(
    ("model", "y", "said"),
    [
        (FOREST, [[0, 2], [1, 0], [2, 1]], "these have to be labels, of 0 and 1 alone"),
        (FOREST, [["u", "v"], ["w", "v"], ["u", "u"]], "these have to be labels, of 0 and 1 alone"),
        (FOREST, [[0.5, 2], [1, 0], [2, 1]], "is a classifier, but the target is continuous"),
        (RandomForestRegressor(), [[0.5, "u"], [1, "v"], [2, "v"]], "is no classifier, but the target is no number"),
    ],
)
def test_targets_that_do_not_suit_the_candidate_are_refused(model, y, said):
    planned = SimpleNamespace(models=SimpleNamespace(named={"candidate": "mine"}, candidate="mine"))
    with pytest.raises(StudyError, match=said):
        inputs.task_of(planned, {"mine": lambda seed: model}, pd.DataFrame(y, columns=["a", "b"]))
