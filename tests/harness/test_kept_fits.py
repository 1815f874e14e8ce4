"""A kept fit is this fit: one thing that it can see is changed at a time; what is kept agrees with a fresh fit."""

import os
import zlib

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.dummy import DummyRegressor
from sklearn.metrics import _scorer, make_scorer, max_error
from test_evaluate import study

from harness.fits import cache, evaluation, keys, syntax
from harness.study import Dataset

CODES = {"b": np.array([1, 0, 1, 1] * 10), "c": np.array(["x", "y", None, "1"] * 10, object)}


class Nosy(RegressorMixin, BaseEstimator):
    """Predict a number made of all that it can see of its training rows: what is another table is another number."""

    def __init__(self, settings=None, seed=0):
        self.settings, self.seed = settings, seed

    def fit(self, X, y):
        """Look at everything."""
        columns = [X[name] for name in X] + [y]
        categories = [column.cat.categories for column in columns if hasattr(column, "cat")]
        shown = [list(X.columns), X.columns.name, X.index.names, X.attrs, X.flags.allows_duplicate_labels]
        shown += [levels_of(index) for index in (X.index, *categories)]
        shown += [(column.name, repr(column.dtype), column.attrs) for column in columns]
        shown += [[(type(value), value) for value in column] for column in columns]
        shown += [self.settings, self.seed, sklearn.get_config(), os.environ.get("TZ")]
        self.n_features_in_ = zlib.crc32(repr(shown).encode()) % 10**6
        return self

    def predict(self, X):
        """Return the number for every row."""
        return np.full(len(X), float(self.n_features_in_))


def levels_of(index):
    """Return all that there is to see of an index."""
    levels = [(repr(level.dtype), level.tolist(), level.name) for level in getattr(index, "levels", [index])]
    categories = getattr(index, "categories", None)
    return levels, categories is not None and levels_of(categories)


def nosy(seed):
    return Nosy(seed=seed)


def mean(seed):
    return DummyRegressor()


def plain_study(models=None, evaluation=None, **more):
    """Return a study whose candidate is `nosy`, as small as can be."""
    evaluation = {"seed": 1, "folds": 3, "repeats": 1, "draws": 2} | (evaluation or {})
    models = {"nosy": nosy, "line": mean} | (models or {})
    return study(candidate="nosy", models=models, nuisances={"random": []}, ablations={}, evaluation=evaluation, **more)


def with_table(change):
    """Return that study, whose table is changed, as `load_dataset` would make it."""
    first = plain_study()
    X = first.development.X
    X = change(X.assign(**{name: pd.Series(values, X.index, values.dtype) for name, values in CODES.items()}))
    data = Dataset(X, pd.Series(range(40), X.index, float), pd.Series(range(40), X.index).astype(str))
    return first._replace(development=data)


def marked(X):
    """Note something beside the values."""
    X = X.copy()
    X.attrs["unit"] = "mm"
    return X


def same(X):
    return X


def category(values, name=None, ordered=False):
    """Make the column b a category with these levels."""
    return lambda X: X.assign(b=pd.Categorical(X["b"], pd.Index(values, name=name), ordered=ordered))


def as_type(column, dtype):
    return lambda X: X.assign(**{column: X[column].astype(dtype)})


def cells(column, **values):
    """Exchange cells of a column, as objects."""
    made = {"none": None, "nan": float("nan"), "na": pd.NA, "text": "nan", "one": "1", "number": 1, "true": True}
    old, new = ({"gap": None, "one": "1"}[key] for key in values), (made[value] for value in values.values())
    pairs = list(zip(old, new, strict=True))

    def change(X):
        exchanged = [next((b for a, b in pairs if a is value or a == value), value) for value in X[column]]
        return X.assign(**{column: pd.Series(exchanged, X.index, dtype=object)})

    return change


def levels(dtype):
    """Name the rows by two levels, of which one is a number of this type."""
    return lambda X: X.set_index(
        pd.MultiIndex.from_arrays([X.index, np.arange(len(X)).astype(dtype)], names=["bird", "year"])
    )


def index(values):
    return lambda X: X.set_axis(values(X.index))


TABLES = {  # what is changed -> before and after, each of which a model can see
    "a value": (same, lambda X: X.assign(a=X["a"].where(X["a"] != 7, 7.5))),
    "the last bit of a value": (same, lambda X: X.assign(a=np.nextafter(X["a"], 100))),
    "the sign of a zero": (same, lambda X: X.assign(a=np.where(X["a"] == 0, -0.0, X["a"]))),
    "a category": (same, as_type("b", "category")),
    "a category of other order": (category([0, 1]), category([1, 0])),
    "an ordered category": (category([0, 1]), category([0, 1], ordered=True)),
    "a category that nothing is of": (category([0, 1]), category([0, 1, 2])),
    "the type of categories": (category(np.array([0, 1], "int64")), category(np.array([0, 1], "int8"))),
    "the name of categories": (category([0, 1]), category([0, 1], name="code")),
    "smaller integers": (same, as_type("b", "int8")),
    "yes and no": (same, as_type("b", bool)),
    "integers that may be missing": (same, as_type("b", "Int64")),
    "single precision": (same, as_type("a", "float32")),
    "text": (same, as_type("b", str)),
    "objects": (same, as_type("b", object)),
    "how text is stored": (as_type("c", pd.StringDtype("python")), as_type("c", pd.StringDtype("pyarrow"))),
    "a number for its text": (same, cells("c", one="number")),
    "yes for a number": (cells("c", one="number"), cells("c", one="true")),
    "not a number for nothing": (same, cells("c", gap="nan")),
    "missing for nothing": (same, cells("c", gap="na")),
    "a text for what is missing": (cells("c", gap="nan"), cells("c", gap="text")),
    "the order of columns": (same, lambda X: X[["b", "a", "c"]]),
    "the name of the columns": (same, lambda X: X.rename_axis(columns="measured")),
    "the name of a row": (same, lambda X: X.rename(index={"row 3": "row x"})),
    "the name of the names": (same, lambda X: X.rename_axis("bird")),
    "names of rows that are numbers": (
        index(lambda old: range(len(old))),
        index(lambda old: map(str, range(len(old)))),
    ),
    "names of rows that are a category": (same, index(pd.CategoricalIndex)),
    "a name that no row has": (
        index(pd.CategoricalIndex),
        index(lambda old: pd.CategoricalIndex(old, [*old, "row z"])),
    ),
    "the type of one level of the names": (levels("int64"), levels("int8")),
    "the order of rows": (same, lambda X: X.iloc[[1, 0, *range(2, 40)]]),
    "a mark on the table": (same, marked),
    "a flag of the table": (same, lambda X: X.set_flags(allows_duplicate_labels=False)),
}


def outcome(changed, folder=None, **more):
    """Return the long table without the seconds."""
    return evaluation.evaluate(changed, workers=1, folder=folder, **more).scores.drop(columns=["fit_s", "score_s"])


def assert_kept_is_fresh(folder, before, after):
    """Do the fits of one study, then of another: with what was kept, and without; they differ, and then agree."""
    first, fresh = outcome(before, folder), outcome(after)
    assert not fresh.equals(first)  # else there is nothing to see
    pd.testing.assert_frame_equal(outcome(after, folder), fresh, check_exact=True)


@pytest.mark.parametrize("name", TABLES)
def test_of_a_table(tmp_path, name):
    before, after = map(with_table, TABLES[name])
    assert_kept_is_fresh(tmp_path, before, after)


STUDIES = {
    "the root seed": lambda: plain_study(evaluation={"seed": 2}),
    "another metric first": lambda: plain_study(metric="neg_mean_squared_error"),
    "a parameter": lambda: plain_study(models={"nosy": lambda seed: Nosy(1, seed)}),
    "the type of a parameter": lambda: plain_study(models={"nosy": lambda seed: Nosy(0.0, seed)}),
    "the order of a parameter": lambda: plain_study(models={"nosy": lambda seed: Nosy({"b": 2, "a": 1}, seed)}),
    "the order within an array": lambda: plain_study(models={"nosy": lambda seed: Nosy(np.array([1, 2]), seed)}),
}
FIRST = {
    "the type of a parameter": lambda seed: Nosy(0, seed),
    "the order of a parameter": lambda seed: Nosy({"a": 1, "b": 2}, seed),
    "the order within an array": lambda seed: Nosy(np.array([2, 1]), seed),
}


@pytest.mark.parametrize("name", STUDIES)
def test_of_plan_and_model(tmp_path, name):
    assert_kept_is_fresh(tmp_path, plain_study(models={"nosy": FIRST.get(name, nosy)}), STUDIES[name]())


def test_a_scorer_that_was_replaced(tmp_path, monkeypatch):
    first = plain_study()
    before, name = outcome(first, tmp_path), first.plan.question.metric
    monkeypatch.setitem(_scorer._SCORERS, name, make_scorer(max_error, greater_is_better=False))
    after = outcome(first, tmp_path)
    assert not after[name].equals(before[name])
    pd.testing.assert_frame_equal(after, outcome(first), check_exact=True)


MODELS = "import sklearn\n\nfrom study import tools\n\n\ndef nosy(seed):\n    return tools.made(seed)\n"
TOOLS = "def made(seed):\n    return Nosy()\n\n\ndef idle():\n    pass\n"


def rooted(folder, models=MODELS, tools=TOOLS, lock="numpy==2.0.0\n"):
    """Return a study of a folder with this code and lock."""
    for name, text in {"study/models.py": models, "study/tools.py": tools, "requirements/harness.txt": lock}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return plain_study()._replace(root=folder)


INSIDE = "    sklearn.set_config(transform_output='pandas')\n    return"
SETTING = "sklearn.set_config(transform_output='pandas')\n"
CODE = {  # where the code of a study sets what a library does
    "at import": {"models": MODELS + SETTING},
    "in the model's function": {"models": MODELS.replace("    return", INSIDE)},
    "in a function that it calls": {
        "tools": "import sklearn\n" + TOOLS.replace("    return", f"    {SETTING}    return")
    },
    "in a decorator": {"tools": f"import sklearn\n\n\n@lambda f: {SETTING.strip()} or f\n{TOOLS}"},
    "under a condition": {"tools": f"import sklearn\n\nif sklearn.__version__:\n    {SETTING}{TOOLS}"},
    "in a value that nobody names": {"tools": f"import sklearn\n\n_ = {SETTING}{TOOLS}"},
    "in another module": {"models": MODELS + "tools.prepare()\n", "tools": TOOLS + f"def prepare():\n    {SETTING}"},
}


@pytest.mark.parametrize("name", CODE)
def test_of_what_the_code_of_the_study_sets_in_a_library(tmp_path, name):
    first = rooted(tmp_path / "first", **(CODE[name] | {"models": MODELS} if name == "in another module" else {}))
    before, after = outcome(first, tmp_path), rooted(tmp_path / "second", **CODE[name])
    with sklearn.config_context(transform_output="pandas"):  # which is what that code does
        fresh = outcome(after)
        pd.testing.assert_frame_equal(outcome(after, tmp_path), fresh, check_exact=True)
    assert not fresh.equals(before)


def test_of_lock_machine_and_judge_and_not_of_code_that_a_model_cannot_come_to(tmp_path, monkeypatch):
    def done(*arguments, machine="one", **named):
        return evaluation.evaluate(rooted(*arguments, **named), 1, tmp_path, machine=machine).done

    everything = done(tmp_path / "a")
    assert everything and done(tmp_path / "a") == 0
    assert done(tmp_path / "b", tools=TOOLS.replace("pass", "return 1"), models="# A remark.\n" + MODELS) == 0
    assert done(tmp_path / "c", lock="numpy==2.0.1\n") == everything
    assert done(tmp_path / "a", machine="another") == everything
    (tmp_path / "judge").mkdir()
    for name in ("seeds.py", "study.py"):
        (tmp_path / "judge" / name).write_text("# edited\n", "utf-8")
        monkeypatch.setattr(keys, "JUDGE", tmp_path / "judge")
        keys.surroundings.cache_clear()
        assert done(tmp_path / "a") == everything
    keys.surroundings.cache_clear()


def test_an_explanation_follows_all_rows_also_those_of_a_later_time(tmp_path):
    def explained(b, folder=None):
        first = plain_study()
        data = first.development._replace(times=pd.Series(range(40), first.development.y.index))
        data.X.iloc[39, 1] = b
        looked = evaluation.evaluate(
            first._replace(development=data), 1, folder, lambda model, job, rows, metric: {1: look(rows)}
        )
        return looked.explanations

    def look(rows):
        return float(rows.X["b"].sum())

    before, fresh = explained(0.0, tmp_path), explained(5.0)
    assert before != fresh and explained(5.0, tmp_path) == fresh


def test_a_kept_fit_under_the_name_of_another_is_damaged(tmp_path, capsys):
    cache.write(tmp_path, "abcdef", 1)
    cache.path(tmp_path, "abcdef").rename(cache.path(tmp_path, "abc123"))
    assert cache.read(tmp_path, "abc123") is None and "is damaged" in capsys.readouterr().out


def test_a_study_without_models_or_with_a_draft_has_a_syntax(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "draft.py").write_text("def half(", "utf-8")
    assert syntax.reached(tmp_path, "nosy") == ""


def test_of_two_settings_the_later_one_counts(tmp_path):
    seen = set()
    for first, second in (("True", "False"), ("False", "True")):
        root = tmp_path / first
        (root / "study").mkdir(parents=True)
        settings = "".join(f"set_config(enable_metadata_routing={value})\n" for value in (first, second))
        text = f"from sklearn import set_config\n\n{settings}\n\ndef line(seed):\n    pass\n"
        (root / "study" / "models.py").write_text(text, "utf-8")
        seen.add(syntax.reached(root, "line"))
    assert len(seen) == 2
