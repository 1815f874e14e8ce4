"""The key of a kept fit: it follows whatever the fit depends on, and nothing else."""

import importlib
import json
import os
import sys
import textwrap

import numpy as np
import pytest
from shipped import TEMPLATE
from sklearn.svm import SVC

from harness.method import cache
from harness.method.jobs import Job

BASE = """
from sklearn.svm import SVC
from . import helpers
from .helpers import width

C = 2.0

class Wrapped(SVC):
    def fit(self, X, y):
        return super().fit(clipped(X), y)

def clipped(X):
    return X.clip(0, width)

def deep(seed):
    return Wrapped(C=C)

def plain(seed):
    return SVC(C=1.0)

def far(seed):
    return SVC(C=helpers.size())
"""
MODELS = ("deep", "plain", "far", "held")
HELPERS = "width = 3\n\ndef size():\n    return 4\n"


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Return a function from the texts of two modules of a study to the sources of its models."""
    count = iter(range(100))
    real = {name: sys.modules[name] for name in sys.modules if name.partition(".")[0] == "study"}

    def forget():
        for name in [name for name in sys.modules if name.partition(".")[0] == "study"]:
            del sys.modules[name]

    def read(models=BASE, helpers=HELPERS):
        place = tmp_path / str(next(count))
        (place / "study").mkdir(parents=True)
        (place / "study" / "__init__.py").write_text("", "utf-8")
        (place / "study" / "models.py").write_text(textwrap.dedent(models), "utf-8")
        (place / "study" / "helpers.py").write_text(helpers, "utf-8")
        forget()
        monkeypatch.syspath_prepend(place)
        models = importlib.import_module("study.models")
        return {name: cache.source(item) for name, item in vars(models).items() if name in MODELS}

    yield read
    forget()
    sys.modules.update(real)


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("SVC(C=1.0)", "SVC(C=1.5)", {"plain"}),
        ("C = 2.0", "C = 3.0", {"deep"}),  # a constant
        ("X.clip(0, width)", "X.clip(1, width)", {"deep"}),  # two steps away: class, then function
        ("from . import helpers\n", "from . import helpers\nimport numpy\n", set()),
    ],
)
def test_a_change_touches_what_refers_to_it(sources, old, new, touched):
    assert BASE.count(old) == 1
    before, after = sources(), sources(BASE.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == touched


def test_another_module_of_the_study_counts(sources):
    before = sources()
    wider, larger = sources(helpers=HELPERS.replace("3", "9")), sources(helpers=HELPERS.replace("4", "9"))
    assert {name for name in before if before[name] != wider[name]} == {"deep", "far"}  # far refers to the module
    assert {name for name in before if before[name] != larger[name]} == {"far"}


def test_a_file_that_a_fit_may_read_counts_and_plan_and_sentences_do_not(tmp_path):
    (tmp_path / "study" / "weights").mkdir(parents=True)
    found = []
    for name, text in [
        ("models.py", ""),
        ("weights/w.csv", "0.5"),
        ("weights/w.csv", "0.7"),
        ("models.py", "x = 1"),  # counts by what refers to it
        ("plan.toml", "[question]"),
        ("DEVIATIONS.md", "None."),
        (".cache", "x"),
    ]:
        (tmp_path / "study" / name).write_text(text, "utf-8")
        cache.beside.cache_clear()
        found.append(cache.beside(tmp_path))
    assert len({*found[:3]}) == 3 and {*found[2:]} == {found[2]}


@pytest.mark.parametrize("line", ["from .helpers import size", "import study.helpers", "from study import helpers"])
def test_an_import_inside_a_function_counts(sources, line):
    models = BASE.replace("def plain(seed):\n", f"def plain(seed):\n    {line}\n")
    before, after = sources(models), sources(models, HELPERS.replace("4", "9"))
    assert before["plain"] != after["plain"] and before["deep"] == after["deep"]


@pytest.mark.parametrize(
    "line", ["TABLE = {'size': helpers.size}", "TABLE = functools.partial(helpers.size)", "TABLE = [helpers.size]"]
)
def test_a_function_inside_a_constant_counts(sources, line):
    models = (
        BASE.replace("C = 2.0", f"import functools\nC = 2.0\n{line}") + "\ndef held(seed):\n    return SVC(C=TABLE)\n"
    )
    before, again = sources(models), sources(models)
    after = sources(models, HELPERS.replace("4", "9"))
    assert before["held"] == again["held"] != after["held"] and before["plain"] == after["plain"]


def test_every_number_of_a_long_constant_counts(sources):
    models = BASE + "\nimport numpy\nLONG = numpy.zeros(5000)\n\ndef held(seed):\n    return SVC(C=LONG)\n"
    before, again = sources(models), sources(models)
    after = sources(models.replace("zeros(5000)\n", "zeros(5000)\nLONG[2500] = 1\n"))
    assert before["held"] == again["held"] != after["held"]


def test_no_two_lists_of_parts_look_alike():
    assert cache.digest("ab", "c") != cache.digest("a", "bc") and cache.digest("a") == cache.digest(b"a")


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


def test_parameters_that_no_source_holds_count():
    """As of a model function that reads them from a file."""
    read = {"C": 1.0}
    rows = np.arange(4)
    job = Job("role", "rival", "classification", "development", model_from(read), ["x"], 1, train=rows, test=rows)
    before = cache.key(job, rows, ["accuracy"], TEMPLATE)
    assert cache.key(job, rows, ["accuracy"], TEMPLATE) == before
    read["C"] = 2.0
    assert cache.key(job, rows, ["accuracy"], TEMPLATE) != before


def test_the_key_follows_a_file_beside_the_models(monkeypatch):
    rows = np.arange(4)
    job = Job("role", "rival", "classification", "development", model_from({}), ["x"], 1, train=rows, test=rows)
    before = cache.key(job, rows, ["accuracy"], TEMPLATE)
    monkeypatch.setattr(cache, "beside", lambda root: "another file")
    assert cache.key(job, rows, ["accuracy"], TEMPLATE) != before


def model_from(read):
    """Return a model function whose parameters lie elsewhere."""

    def model(seed):
        return SVC(**read)

    return model
