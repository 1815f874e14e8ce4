"""The key of a kept fit: it follows whatever the fit depends on, and nothing else."""

import importlib
import json
import os
import sys

import numpy as np
import pandas as pd
import pytest
from shipped import TEMPLATE
from sklearn.metrics import get_scorer
from sklearn.svm import SVC

from harness.fits import cache, keys
from harness.method.jobs import Job
from harness.study import Dataset

MODELS = """
import numpy as np
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import SVC

class Wrapped(SVC):
    def fit(self, X, y):
        return super().fit(clipped(X), y)

def clipped(X):
    return X.clip(0, 3)

def of_the_library(seed):
    return SVC(C=1.0, random_state=seed)

def of_the_study(seed):
    return Wrapped(C=2.0)

def by_a_function(seed):
    return FunctionTransformer(clipped)

def by_a_lambda(seed):
    return FunctionTransformer(lambda X: X * seed)
"""
SCORERS = {"accuracy": get_scorer("accuracy")}
NAMES = ("of_the_library", "of_the_study", "by_a_function", "by_a_lambda")


@pytest.fixture
def contents(tmp_path, monkeypatch):
    """Return a function from the text of study/models.py to what its models have in the key."""
    real = {name: sys.modules[name] for name in sys.modules if name.partition(".")[0] == "study"}

    def forget():
        for name in [name for name in sys.modules if name.partition(".")[0] == "study"]:
            del sys.modules[name]

    def read(text=MODELS, seed=1):
        root = tmp_path
        (root / "study").mkdir(exist_ok=True)
        keys.study_code.cache_clear()
        (root / "study" / "__init__.py").write_text("", "utf-8")
        (root / "study" / "models.py").write_text(text, "utf-8")
        forget()
        monkeypatch.syspath_prepend(root)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        models = importlib.import_module("study.models")
        return {name: keys.content(getattr(models, name)(seed), root) for name in NAMES}

    yield read
    forget()
    sys.modules.update(real)


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("SVC(C=1.0", "SVC(C=1.5", {"of_the_library", "of_the_study", "by_a_function", "by_a_lambda"}),
        ("SVC(C=1.0", "SVC(kernel='rbf', C=1.0", {"of_the_study", "by_a_function", "by_a_lambda"}),  # its default
        ("X.clip(0, 3)", "X.clip(1, 3)", {"of_the_study", "by_a_function", "by_a_lambda"}),
        ("\ndef clipped", "\n# Masses are positive.\ndef clipped", set()),
        ("X * seed", "X / seed", {"of_the_study", "by_a_function", "by_a_lambda"}),
    ],
)
def test_a_change_touches_the_models_that_it_is_in_and_those_that_hold_code_of_the_study(contents, old, new, touched):
    assert MODELS.count(old) == 1
    before, after = contents(), contents(MODELS.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == touched


def test_the_seed_is_in_what_a_lambda_holds(contents):
    before, after = contents(), contents(seed=2)
    assert {name for name in before if before[name] != after[name]} == {"of_the_library", "by_a_lambda"}


def test_what_a_fit_may_read_counts_and_plan_sentences_and_remarks_do_not(tmp_path):
    (tmp_path / "study" / "weights").mkdir(parents=True)
    hashes = []
    for name, text in [
        ("models.py", "x = 'w.csv'"),
        ("weights/w.csv", "0.5"),
        ("weights/w.csv", "0.7"),
        ("models.py", "x = ('w.csv',)"),
        ("models.py", "x = ('w.csv',)  # a remark"),
        ("plan.toml", "[question]"),
        ("DEVIATIONS.md", "None."),
        (".cache", "x"),
    ]:
        (tmp_path / "study" / name).write_text(text, "utf-8")
        keys.study_code.cache_clear()
        hashes.append(keys.study_code(tmp_path))
    assert len({*hashes[:4]}) == 4 and {*hashes[3:]} == {hashes[3]}


def test_a_file_counts_by_its_place_and_a_draft_that_cannot_be_parsed_by_its_bytes(tmp_path):
    hashes = []
    for name in ("one/w.csv", "two/w.csv"):
        root = tmp_path / name[:3]
        (root / "study" / name).parent.mkdir(parents=True)
        (root / "study" / name).write_text("0.5", "utf-8")
        (root / "study" / "models.py").write_text("FILES = ['w.csv', 'draft.py']", "utf-8")
        hashes.append(keys.study_code(root))
    (root / "study" / "draft.py").write_text("def half(", "utf-8")
    keys.study_code.cache_clear()
    assert len({*hashes, keys.study_code(root)}) == 3


def test_what_cannot_be_hashed_is_never_taken_for_what_was_kept(tmp_path):
    with (tmp_path / "open").open("w") as file:
        model = SVC(class_weight={"log": file})
        assert keys.content(model, TEMPLATE) != keys.content(model, TEMPLATE)


def test_every_number_of_a_long_parameter_counts():
    long = np.zeros(5000)
    before = keys.content(SVC(class_weight={"a": long}), TEMPLATE)
    assert keys.content(SVC(class_weight={"a": long.copy()}), TEMPLATE) == before
    long[2500] = 1
    assert keys.content(SVC(class_weight={"a": long}), TEMPLATE) != before


def test_an_entry_is_whole_or_not_there(tmp_path, capsys):
    result = {"row": {"score": 0.1 + 0.2, "none": float("nan")}, "more": None}
    cache.write(tmp_path, "abcdef", result)
    kept = cache.read(tmp_path, "abcdef")
    assert json.dumps(kept) == json.dumps(result)  # bit for bit, and NaN
    assert cache.read(tmp_path, "abc123") is None and capsys.readouterr().out == ""
    assert [path.name for path in tmp_path.rglob("*.*")] == ["abcdef.json"]


def test_what_a_killed_run_left_is_swept_once_it_is_old(tmp_path):
    cache.write(tmp_path, "abcdef", 1)
    old, new = tmp_path / "ab" / "old.part", tmp_path / "ab" / "new.part"
    for part in (old, new):
        part.write_text("{", "utf-8")
    os.utime(old, (0, 0))
    cache.sweep(tmp_path)
    assert not old.exists() and new.exists() and cache.read(tmp_path, "abcdef") == 1


def test_what_is_kept_is_not_made_again(tmp_path):
    made = []
    for _ in range(2):
        assert cache.kept(tmp_path, "abcdef", lambda: made.append(1) or {"n": 1}) == {"n": 1}
    assert len(made) == 1


def test_parameters_that_a_model_function_reads_from_a_file_count():
    read = {"C": 1.0}
    rows = np.arange(4)
    job = Job("role", "rival", "classification", "development", model_from(read), ["x"], 1, train=rows, test=rows)
    before = keys.key(job, ("", rows), SCORERS, TEMPLATE)
    assert keys.key(job, ("", rows), SCORERS, TEMPLATE) == before
    read["C"] = 2.0
    assert keys.key(job, ("", rows), SCORERS, TEMPLATE) != before


def model_from(read):
    """Return a model function whose parameters lie elsewhere."""

    def model(seed):
        return SVC(**read)

    return model


def test_another_device_of_pytorch_or_another_setting_is_another_machine():
    facts = dict.fromkeys(keys.MACHINE, "x")
    told = {"devices": ["cpu"], "deterministic": True}
    known = {keys.machine(facts, one) for one in ({}, told, told | {"devices": ["G"]}, told | {"deterministic": False})}
    assert len(known) == 4
    assert keys.machine(facts, told) != keys.machine(facts | {"processor": "y"}, told)


def test_a_gap_and_weights_are_part_of_the_types():
    """Inner folds of a search are cut with the gap."""
    index = pd.Index([f"row {n}" for n in range(4)])
    rows = Dataset(pd.DataFrame({"a": np.arange(4.0)}, index), pd.Series(1.0, index), index.to_series())
    weights = pd.Series(1.0, index)
    known = [rows, rows._replace(gap=1), rows._replace(weights=weights), rows._replace(weights=weights.astype(int))]
    assert len({keys.types(one, TEMPLATE) for one in known}) == 4


def test_the_variants_among_which_a_fit_chooses_count():
    rows = np.arange(4)
    job = Job("role", "candidate", "classification", "development", model_from({}), ["x"], 1, train=rows, test=rows)
    hashes = {keys.key(job._replace(variants={"one": {"C": C}}), ("", rows), SCORERS, TEMPLATE) for C in (1, 2)}
    assert len({keys.key(job, ("", rows), SCORERS, TEMPLATE), *hashes}) == 3
