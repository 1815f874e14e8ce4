"""The export: what is shipped came back as it was; what did not has its reason; the sealed rows are not looked at."""

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from shipped import TEMPLATE
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from harness import files
from harness.exceptions import StudyError
from harness.fits import fit, test_set
from harness.method import inputs, jobs
from harness.plan import plan, sections
from harness.publish import accept, export, formats, networks
from harness.study import Dataset

SCHEMA = pa.DataFrameSchema(
    {
        "mass": pa.Column(float, pa.Check.in_range(0, 9), nullable=True),
        "hue": pa.Column(str, pa.Check.isin(["red", "blue"])),
        "size": pa.Column(pd.CategoricalDtype(["small", "large"])),
        "when": pa.Column("datetime64[ns]", pa.Check(lambda times: times.dt.year > 2000)),
    }
)


class Tally(ClassifierMixin, BaseEstimator):
    """A class of the study's own."""

    def fit(self, X, y):
        self.classes_, self.mean_ = np.unique(y), float(X["mass"].mean())
        return self

    def predict(self, X):
        return self.classes_[(X["mass"] > self.mean_).astype(int)]


class Forgetful(Tally):
    """What it learned is not in the model: another process does not have it."""

    learned = {}

    def fit(self, X, y):
        self.learned["mean"] = float(X["mass"].mean())
        return super().fit(X, y)

    def predict(self, X):
        return self.classes_[(X["mass"] > self.learned.get("mean", 99)).astype(int)]


def logistic(seed):
    columns = make_column_transformer((StandardScaler(), ["mass"]), (OneHotEncoder(), ["hue"]))
    return make_pipeline(columns, LogisticRegression(random_state=seed))


def tally(seed):
    return Tally()


def forgetful(seed):
    return Forgetful()


def with_lambda(seed):
    return make_pipeline(FunctionTransformer(lambda X: X[["mass"]]), LogisticRegression())


def line(seed):
    return LinearRegression()


def study(candidate, columns=("mass", "hue"), task="classification"):
    """Return a study of 60 rows, of which 40 are for development, 15 sealed and 5 canaries."""
    rng = np.random.default_rng(0)
    index = pd.Index([f"row {n}" for n in range(60)])
    X = pd.DataFrame({"mass": rng.uniform(1, 8, 60), "hue": rng.choice(["red", "blue"], 60)}, index)
    y = (
        X["mass"] * 30
        if task == "regression"
        else pd.Series(np.where(X["mass"] + rng.normal(size=60) > 4, "b", "a"), index)
    )
    rows = Dataset(X[list(columns)], y, index.to_series())
    text = {
        "question": dict.fromkeys(["claim", "falsified_by", "why", "agreed_with"], "It is only a test.")
        | {"falsified_by": "It is not."}
        | {"metric": "r2" if task == "regression" else "accuracy", "margin": 0.1},
        "rows": {"dependence": "none", "reason": "They were made one by one.", "sealed": 0.2},
        "data": {"target": "y", "features": list(columns)},
        "models": dict.fromkeys(sections.ROLES[1:], candidate.__name__),
        "evaluation": {"seed": 1, "folds": 2, "repeats": 1},
    }
    parts = [rows.take(np.arange(60)[part]) for part in (slice(40), slice(40, 55), slice(55, None))]
    models = dict.fromkeys(sections.ROLES, candidate)
    return inputs.Study(plan.Plan.model_validate(text), models, task, *parts, {}, {}, None, TEMPLATE)


def shipped(made, folder):
    """Export by the steps of `export.export`, reloading here, and return what is said of each format."""
    model, _ = export.final_model(made)
    X = export.rows(made)
    facts = {"input": export.input_schema(SCHEMA, X), "example": export.example(X)}
    samples = [(table, fit.outputs(model, table)) for table in (X, export.example_rows(facts))]
    with ThreadPoolExecutor(1, initializer=Forgetful.learned.clear) as pool:
        return {kind: formats.ship(kind, model, samples, folder, pool) for kind in formats.VARIANTS}


def test_a_model_that_comes_back_as_it_was_is_shipped(tmp_path):
    found = shipped(study(logistic), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.onnx", "model.skops"]
    for kind, one in found.items():
        assert one["rows"] == 45 and one["sha256"] == files.file_hash(tmp_path / f"model.{kind}")
    assert found["skops"]["largest_difference"] == 0
    assert found["onnx"]["largest_difference"] <= 1e-5 and found["onnx"]["tolerance"] == 1e-5


def test_a_regression_is_compared_by_its_predictions(tmp_path):
    found = shipped(study(line, ["mass"], "regression"), tmp_path)
    assert found["skops"]["largest_difference"] == 0 and found["onnx"]["largest_difference"] <= 1e-5


def test_a_class_of_the_study_is_told_as_what_loading_needs(tmp_path):
    found = shipped(study(tally), tmp_path)
    assert found["skops"]["types"] == [f"{__name__}.Tally"] and "file" in found["skops"]
    assert "Tally" in found["onnx"]["reason"]
    assert [path.name for path in tmp_path.iterdir()] == ["model.skops"]


REASONS = {"with_lambda": "<lambda>", "forgetful": "predictions differ"}


@pytest.mark.parametrize("candidate", [with_lambda, forgetful])
def test_what_does_not_come_back_is_not_shipped_and_has_a_reason(candidate, tmp_path):
    found = shipped(study(candidate), tmp_path)
    assert REASONS[candidate.__name__] in found["skops"]["reason"] and list(tmp_path.iterdir()) == []
    assert "reloaded in a fresh process" in found["skops"]["reason"] and found["onnx"]["reason"]


def test_the_reason_names_no_place_of_this_machine_and_ends_with_a_word(monkeypatch, tmp_path):
    def fail(model, X, path, facts):
        raise OSError(f"{path} is broken, " + 40 * "and again ")

    monkeypatch.setattr(formats, "WRITERS", {"skops": fail, "onnx": fail})
    reason = shipped(study(logistic), tmp_path)["skops"]["reason"]
    assert reason.startswith("it cannot be written: OSError: model.skops is broken, and again") and len(reason) <= 240
    assert str(tmp_path) not in reason and reason.endswith(("and ...", "again ..."))


def test_a_difference_beyond_the_tolerance_is_not_shipped(monkeypatch, tmp_path):
    real = formats.by_skops

    def off(path, attempt):
        outputs = real(path, attempt)
        return lambda X: outputs(X) | {"predict_proba": np.asarray(outputs(X)["predict_proba"]) + 2e-5}

    monkeypatch.setattr(formats, "LOADERS", {"skops": off, "onnx": off})
    found = shipped(study(logistic), tmp_path)
    assert "its outputs differ by up to 2e-05" in found["skops"]["reason"]


def test_types_that_are_not_listed_are_not_trusted(tmp_path):
    model, _ = export.final_model(study(tally))
    formats.write_skops(model, None, tmp_path / "model.skops", {})
    with pytest.raises(Exception, match="Tally"):
        formats.by_skops(tmp_path / "model.skops", {"types": []})


def test_no_difference_is_overlooked():
    said = {"classes": ["a"], "predict": ["a"], "predict_proba": [[0.5]], "decision_function": None}
    assert formats.compare(said, said, everything=True) == 0
    assert formats.compare(said, said | {"predict_proba": [[0.5 + 2**-53]]}, everything=True) > 0
    assert formats.compare(said, {"predict": ["a"]}, everything=False) == 0
    for again, everything in (({"predict": ["a"]}, True), ({"predict_proba": [[0.5]]}, False)):
        with pytest.raises(ValueError, match="it has no predict"):
            formats.compare(said, again, everything)
    assert formats.difference([np.nan], [np.nan]) == 0 and not formats.difference([0.5], [np.nan]) <= 1
    assert formats.difference([1, 0], [True, False]) == 0
    with pytest.raises(ValueError, match="reshape"):
        formats.difference([0.5, 0.5], [0.5])


def test_the_model_that_is_exported_is_the_one_that_is_scored_on_the_sealed_rows(monkeypatch):
    fitted = []
    monkeypatch.setattr(test_set, "RESAMPLES", 20)
    real = fit.fit
    monkeypatch.setattr(fit, "fit", lambda job, train, *more: fitted.append((job, train)) or real(job, train))
    made = study(logistic)
    test_set.score(made)
    seed = export.final_model(made)[1].model_seed
    (scored, on), (exported, trained) = fitted
    assert scored.model_seed == exported.model_seed == seed != jobs.model_seed(made)
    assert on.X.equals(trained.X) and on.y.equals(trained.y) and trained.X.equals(made.development.X)
    assert set(export.rows(made).index) & set(made.sealed.X.index) == set()


def test_schema_and_example_are_enough_to_ask_the_model():
    X = pd.DataFrame(
        {
            "mass": [np.nan, 0.1 + 0.2],
            "hue": ["red", "blue"],
            "size": pd.Categorical(["small", "large"], ["small", "large"]),
            "when": pd.to_datetime(["2001-02-03 00:00:00", "2001-02-03 04:05:06"]).astype("datetime64[ns]"),
        }
    )
    schema, one = export.input_schema(SCHEMA, X), export.example(X)
    assert [column["name"] for column in schema] == list(X) and schema[2]["values"] == ["small", "large"]
    assert schema[0]["nullable"] and not schema[1]["nullable"]
    assert schema[0]["checks"][0] == {"check": "in_range", "min_value": 0, "max_value": 9} | {
        "include_min": True,
        "include_max": True,
    }
    assert schema[1]["checks"] == [{"check": "isin", "allowed_values": ["red", "blue"]}]
    told = json.loads(json.dumps({"input": schema, "example": one}))
    assert told["example"]["row"] == "1"  # the first without a gap
    pd.testing.assert_frame_equal(export.example_rows(told), X.iloc[[1]].reset_index(drop=True))


class Module:
    """A module of PyTorch, as far as its description goes."""


class CrossEntropyLoss:
    """A loss of that name."""


class Net(ClassifierMixin, BaseEstimator):
    """A fitted network, as skorch holds it."""

    def __init__(self, lr=0.1, module__depth=2):
        self.lr, self.module__depth = lr, module__depth

    module_, criterion_, classes_ = Module(), CrossEntropyLoss(), np.array(["a", "b"])


def test_a_network_is_told_by_its_module_and_no_other_model_is_one(monkeypatch):
    model = make_pipeline(StandardScaler(), Net())
    assert not networks.is_network(model)  # where nothing imports PyTorch
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(nn=SimpleNamespace(Module=Module)))
    assert networks.is_network(model) and [*formats.variants(model)] == ["safetensors", "onnx"]
    assert not networks.is_network(logistic(0)) and formats.variants(logistic(0)) is formats.VARIANTS
    assert networks.split(model)[0].steps == model.steps[:1] and networks.split(Net())[0] is None


def test_a_network_is_described_by_what_builds_it_anew():
    assert networks.described(Net(module__depth=3)) == {
        "module": {"class": f"{__name__}.Module", "parameters": {"depth": 3}},
        "classes": ["a", "b"],
        "nonlinearity": "softmax",
    }


def test_what_a_network_returns_is_named_by_its_classes():
    said = networks.meaning(np.array([[0.2, 0.8], [0.6, 0.4]]), ["a", "b"])
    assert said["predict"].tolist() == ["b", "a"] and said["predict_proba"][0][1] == 0.8
    assert networks.meaning(np.array([[1.5]]), None)["predict"] == 1.5


def test_nothing_unpickles():
    """Loading a pickle runs whatever is in it; a process may read what it wrote for its child, or its child for it."""
    loads = [r"cloudpickle\.load", r"pickle\.load", r"joblib\.load", r"torch\.load\((?!.*weights_only=True)"]
    loads += ["allow_pickle=True", "trusted=True"]
    for path in (Path(export.__file__).parents[1]).rglob("*.py"):
        known = ("elsewhere.py", "pools.py", "scene.py", "verification.py")  # the last holds what lint refuses
        assert path.name in known or not re.search("|".join(loads), path.read_text("utf-8")), path


def test_a_try_is_not_accepted(tmp_path, monkeypatch):
    (tmp_path / "runs" / "second").mkdir(parents=True)
    tried = {"id": "second", "committed": True, "exploratory": True}
    monkeypatch.setattr(accept.record, "read_finished", lambda _: tried)
    with pytest.raises(StudyError, match="accept: second was only a try"):
        accept.accept(tmp_path, "second")


def test_a_replay_is_not_accepted(tmp_path, monkeypatch):
    (tmp_path / "runs" / "second").mkdir(parents=True)
    monkeypatch.setattr(
        accept.record, "read_finished", lambda _: {"id": "second", "committed": True, "replay_of": "first"}
    )
    with pytest.raises(StudyError, match="accept: second is a replay of first. Accept that run itself."):
        accept.accept(tmp_path, "second")
    assert not (tmp_path / "results").exists()


def test_a_run_that_is_not_there_is_named_with_the_nearest(tmp_path):
    with pytest.raises(StudyError, match="make run first"):
        accept.accept(tmp_path, "x")
    (tmp_path / "runs" / "20260101T000000Z-abc123").mkdir(parents=True)
    for wrong in ("20260101T000000Z-abc124", "abc123", "../runs/20260101T000000Z-abc123"):
        with pytest.raises(
            StudyError, match="is not a run in runs/; (did you mean|there are).*20260101T000000Z-abc123"
        ):
            accept.accept(tmp_path, wrong)


def test_an_array_comes_back_from_the_example_with_its_type():
    schema = pa.DataFrameSchema({"image": pa.Column(object), "n": pa.Column(int)})
    images = np.arange(24, dtype="uint8").reshape(2, 3, 4)
    X = pd.DataFrame({"image": pd.Series(list(images), ["a", "b"], dtype=object), "n": [1, 2]})
    facts = {"input": export.input_schema(schema, X), "example": export.example(X)}
    (row,) = export.example_rows(json.loads(json.dumps(facts))).to_dict("records")
    assert row["n"] == 1 and row["image"].dtype == np.uint8 and (row["image"] == images[0]).all()
