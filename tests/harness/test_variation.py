"""What one fit changes, and the proof that it is one thing."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from harness.exceptions import StudyError
from harness.method import variation
from harness.plan import sections
from harness.study import Dataset


def dataset(rows=100):
    index = pd.Index([f"row {n}" for n in range(rows)])
    X = pd.DataFrame({"a": np.arange(rows, dtype=float), "c": ["u", "v"] * (rows // 2)}, index)
    y = pd.Series(np.where(np.arange(rows) % 4 == 0, "yes", "no"), index)
    return Dataset(X, y, index.to_series(), pd.Series(np.arange(rows), index))


def treated(name, amount, stratify=True, data=None):
    data = dataset() if data is None else data
    return data, variation.treat(data, ((name, amount, 7),), stratify)


def test_row_order_keeps_every_row_with_its_target():
    before, after = treated("row_order", 1)
    assert list(after.y.index) != list(before.y.index) and sorted(after.y.index) == sorted(before.y.index)
    assert (after.y == before.y[after.y.index]).all() and (after.X["a"] == before.X["a"][after.y.index]).all()


def test_label_noise_exchanges_a_share_of_the_targets():
    data = dataset()._replace(y=pd.Series(np.arange(100.0), dataset().y.index))
    before, after = treated("label_noise", 0.2, data=data)
    assert (after.y != before.y).sum() == 20 and sorted(after.y) == sorted(before.y)
    assert after.X.equals(before.X)


def test_outlier_cut_is_tukeys():
    """Quartiles of 0, 1, 2, 5, ..., 99, 150, 151 are 26.75 and 76.25; 1.5 times their distance above is 150.5."""
    data = dataset()
    data.X.iloc[[3, 4], 0] = [150.0, 151.0]
    before, after = treated("outlier_cut", 1.5, data=data)
    assert set(before.y.index) - set(after.y.index) == {"row 4"}


def test_a_share_keeps_each_class_or_the_newest():
    _, after = treated("share", 0.25, data=dataset()._replace(times=None))
    assert after.y.value_counts().to_dict() == {"no": 19, "yes": 7}  # of 75 and 25, rounded up
    _, newest = treated("share", 0.25, stratify=False)
    assert list(newest.times) == list(range(75, 100))


def scaled(seed):
    numbers = make_column_transformer((StandardScaler(), ["a", "b", "c"]), remainder="passthrough")
    return make_pipeline(numbers, SVC(random_state=seed))


def entry(**change):
    return sections.Ablation.model_validate(change)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"columns": ["a"]}, {}),
        ({"step": "columntransformer__standardscaler"}, {"columntransformer__standardscaler": "passthrough"}),
        ({"parameter": "svc__C", "value": 2.0}, {"svc__C": 2.0}),
    ],
)
def test_an_entry_names_its_parameter(change, setting):
    assert variation.parameters("[ablations] x", entry(**change), scaled(0)) == setting


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"step": "standardscaler"}, "'standardscaler' is not a parameter of the candidate; did you mean 'columntr"),
        ({"parameter": "svc__D", "value": 1}, "'svc__D' is not a parameter of the candidate; did you mean 'svc__C'"),
        ({"parameter": "svc__C", "value": 1.0}, "svc__C is 1.0 already, so nothing would change"),
    ],
)
def test_an_entry_that_names_nothing_is_refused(change, said):
    with pytest.raises(StudyError, match=said):
        variation.parameters("[ablations] x", entry(**change), scaled(0))


def test_a_list_of_the_plan_is_a_tuple_where_the_parameter_is_one():
    words = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), stop_words=["the"]))
    change = entry(parameter="tfidfvectorizer__ngram_range", value=[1, 1])
    assert variation.parameters("x", change, words) == {"tfidfvectorizer__ngram_range": (1, 1)}
    (one,) = proofs(lambda seed: clone(words), dict(change) | {"changes_features": True}, [1, 1], [9, 5])
    assert one["parameters"] == ["tfidfvectorizer__ngram_range"]
    change = entry(parameter="tfidfvectorizer__stop_words", value=["a", "the"])
    assert variation.parameters("x", change, words) == {"tfidfvectorizer__stop_words": ["a", "the"]}
    with pytest.raises(StudyError, match=re.escape("ngram_range is (1, 2) already")):
        variation.parameters("x", entry(parameter="tfidfvectorizer__ngram_range", value=[1, 2]), words)


def proofs(build, change, features_in, features_out, **more):
    """Prove one ablation, with the feature counts as two fits would have reported them."""
    names = [("role", "candidate"), ("ablation", "x")]
    scores = pd.DataFrame(names, columns=["kind", "name"]).assign(features_in=features_in, features_out=features_out)
    scores = scores.assign(repeat=0, seed=0, fold=0, **more)

    class Study:
        class plan:
            ablations = {"x": entry(**change)}
            models = sections.Models(linear="", domain="", rival="", candidate="it")

        models = {"candidate": build}

    return variation.proofs(Study, scores)


def test_one_thing_changed():
    (step,) = proofs(scaled, {"step": "columntransformer__standardscaler"}, [5, 5], [5, 5])
    assert step["removed"] == "step columntransformer__standardscaler" and step["features_out"] == [5, 5]
    assert all(name.startswith("columntransformer__standardscaler") for name in step["parameters"])
    (parameter,) = proofs(scaled, {"parameter": "svc__C", "value": 2}, [5, 5], [5, 5])
    assert parameter["parameters"] == ["svc__C"]
    (columns,) = proofs(scaled, {"columns": ["a", "b"]}, [5, 3], [5, 3])
    assert columns["parameters"] == [] and columns["removed"] == "columns a, b"


def test_the_trap_of_dropping_columns_instead_of_the_scaler():
    """ml.recipes, "Ablation": three columns went with the scaler, 5 features became 2, accuracy .435 for .78."""
    with pytest.raises(StudyError, match="the last step was given 2 features instead of 5: columns went"):
        proofs(scaled, {"step": "columntransformer__standardscaler"}, [5, 5], [5, 2])
    with pytest.raises(StudyError, match="features instead of"):
        proofs(scaled, {"columns": ["a"]}, [5, 3], [5, 3])  # two columns went, one was named


def reduced(seed):
    return make_pipeline(PCA(2), LogisticRegression())


def test_a_step_whose_job_it_is_may_change_the_features():
    change = {"step": "pca"}
    with pytest.raises(StudyError, match="changes_features = true"):
        proofs(reduced, change, [5, 5], [2, 5])
    (proof,) = proofs(reduced, change | {"changes_features": True}, [5, 5], [2, 5])
    assert proof["features_out"] == [2, 5]


class Fickle(LogisticRegression):
    """A model in which one parameter drags another along."""

    def set_params(self, **parameters):
        """Set what was asked for, and something else."""
        return super().set_params(**parameters | {"tol": 0.5})


def test_what_else_changes_is_named():
    with pytest.raises(StudyError, match="tol changed with C: let each"):
        proofs(lambda seed: Fickle(), {"parameter": "C", "value": 3}, [5, 5], [5, 5])


def test_leaves_hold_no_estimators():
    encoded = make_pipeline(make_column_transformer((OneHotEncoder(), ["c"])), SVC())
    names = variation.leaves(encoded)
    assert "svc__C" in names and "columntransformer__onehotencoder__drop" in names
    assert not {"steps", "svc", "columntransformer", "columntransformer__transformers"} & set(names)


class Holding(SVC):
    """A model with a parameter that is an object without a text of its own."""

    def __init__(self, C=1.0, stop=None):
        super().__init__(C=C)
        self.stop = stop


def test_an_object_that_is_made_anew_is_no_change():
    (one,) = proofs(lambda seed: Holding(stop=object()), {"parameter": "C", "value": 3}, [5, 5], [5, 5])
    assert one["parameters"] == ["C"]


def test_of_models_that_chose_another_variant_the_columns_are_not_held_against_each_other():
    change, sizes = {"parameter": "svc__C", "value": 2}, [[5, 5], [1, 3]]
    (proof,) = proofs(scaled, change, *sizes, variant=["few", "many"])
    assert proof["features_out"] == [1, 3]
    with pytest.raises(StudyError, match="the last step was given 3 features instead of 1"):
        proofs(scaled, change, *sizes, variant=["few", "few"])
