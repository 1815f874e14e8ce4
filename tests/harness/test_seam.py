"""read() and tidy(): what they are given is perturbed, and models are not given what they read."""

import sys
from types import SimpleNamespace

import joblib
import pandas as pd
import pytest

from harness import audit, study
from harness.checks import features, leakage, perturbation
from harness.checks.engine import Check, run_check
from harness.exceptions import StudyError

ROWS = range(32)
RAW = pd.DataFrame({"id": [f"bird {n}" for n in ROWS], "nest": [f"nest {n // 2}" for n in ROWS]})
RAW = RAW.assign(x=[float(n * 7 % 32) for n in ROWS], y=["m", "f"] * 16)  # tidy() may sort by it


def table(raw):
    """Each row from itself: the honest one."""
    return raw.set_index("id")


def scaled(raw):
    return table(raw).assign(x=raw["x"].to_numpy() / raw["x"].sum())


def mean_of_the_nest(raw):
    return table(raw.assign(x=raw.groupby("nest")["x"].transform("mean")))


def answer_in_x(raw):
    return table(raw.assign(x=raw["x"] + (raw["y"] == "m")))


def before(raw):
    """The value of the row before, by time, which is x."""
    return table(raw.sort_values("x").assign(lag=lambda rows: rows["x"].shift().fillna(0)))


def after(raw):
    return table(raw.sort_values("x").assign(lag=lambda rows: rows["x"].shift(-1).fillna(0)))


def subject(tidy, raw=RAW, group="nest", time="", unit="", **declared):
    """A subject of a study whose data.py has this tidy()."""
    columns = SimpleNamespace(target="y", targets=["y"], features=["x"], group=group, time=time, unit=unit)
    made = SimpleNamespace(root=None, known={}, raw=raw, data=SimpleNamespace(tidy=tidy))
    made.plan = SimpleNamespace(data=columns)
    made.study = SimpleNamespace(plan=made.plan, table=tidy(raw))
    return made


def outcome(find, one):
    return run_check(Check("X", "x", find), one)


@pytest.mark.parametrize(
    ("tidy", "declared", "status"),
    [
        (table, {}, "passed"),
        (mean_of_the_nest, {}, "passed"),
        (mean_of_the_nest, {"group": ""}, "failed"),
        (scaled, {}, "failed"),
        (lambda raw: mean_of_the_nest(raw.sort_values("x")), {}, "passed"),
        (before, {"group": "", "time": "x"}, "passed"),
        (after, {"group": "", "time": "x"}, "failed"),
        (lambda raw: raw.reset_index(drop=True).rename(index=str), {}, "not exercised"),
        (lambda raw: raw.set_index(pd.factorize(raw["id"][::-1])[0][::-1].astype(str)), {}, "failed"),
    ],
)
def test_a_row_is_made_from_itself(tidy, declared, status):
    assert outcome(leakage.row_from_itself, subject(tidy, **declared))[0] == status


def named_by_the_answer(raw):
    return raw.set_index(raw["id"] + raw["y"])


@pytest.mark.parametrize(
    ("tidy", "status"),
    [
        (table, "passed"),
        (answer_in_x, "failed"),
        (scaled, "passed"),
        (named_by_the_answer, "passed"),
        (lambda raw: named_by_the_answer(raw.assign(x=raw["x"] + (raw["y"] == "m"))), "failed"),
    ],
)
def test_features_hold_no_answer(tidy, status):
    assert outcome(features.features_without_answer, subject(tidy))[0] == status


def test_the_raw_rows_are_not_changed_by_a_tidy_that_changes_what_it_is_given():
    def careless(raw):
        raw["x"] = -raw["x"]
        return table(raw)

    one = subject(careless, RAW.copy())
    one.raw = RAW.copy()
    assert outcome(leakage.row_from_itself, one)[0] == "passed"
    pd.testing.assert_frame_equal(one.raw, RAW)


def test_of_several_tables_the_largest_is_perturbed():
    raw = {"places": pd.DataFrame({"nest": RAW["nest"].unique(), "height": range(16)}), "birds": RAW}
    one = subject(lambda raw: table(raw["birds"].merge(raw["places"])), raw)
    assert outcome(leakage.row_from_itself, one)[0] == "passed"
    two = subject(lambda raw: scaled(raw["birds"].merge(raw["places"])), raw)
    assert outcome(leakage.row_from_itself, two)[0] == "failed"


def test_of_a_large_table_a_sample_is_perturbed_and_said_so(monkeypatch):
    monkeypatch.setattr(perturbation, "SAMPLE", 20)
    assert outcome(leakage.row_from_itself, subject(mean_of_the_nest)) == (
        "passed",
        ["only 20 of 32 raw rows were perturbed"],
    )
    assert outcome(leakage.row_from_itself, subject(scaled))[0] == "failed"


def test_what_is_no_table_is_said_so():
    status, (why,) = outcome(leakage.row_from_itself, subject(lambda raw: table(RAW), [1, 2]))
    assert status == "not exercised" and why.startswith("read() gives list: ")


@pytest.mark.parametrize(
    ("raw", "unit", "rows"),
    [
        (RAW, "", 32),
        (RAW, "nest", 16),
        ({"one": RAW, "two": RAW[:3], "other": RAW[["id"]]}, "", 35),
        ({"long": pd.concat([RAW, RAW]), "birds": RAW[["id"]]}, "id", 32),
    ],
)
def test_the_rows_that_there_should_be(raw, unit, rows):
    assert perturbation.expected_rows(raw, unit) == rows
    with pytest.raises(StudyError, match=r"\[data\] unit: 'bird' is no column"):
        perturbation.expected_rows(raw, "bird")


def test_a_row_that_is_lost_is_named():
    one = subject(lambda raw: table(raw[raw["id"] != "bird 5"]))
    assert perturbation.lost(one) == 6


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n3,4\n", 2),
        ('a;b\n1;"x\ny"\n\n3;4\n', 2),
        ("\ufeffa\tb\n1\t2\n1\t2\t3\n", 2),  # a line that pandas cannot read is a row
        ("a,b,c\n1,2,3\nSource: the field book\n", 1),
    ],
)
def test_rows_of_a_csv_are_counted(tmp_path, text, rows):
    (tmp_path / "a.csv").write_text(text, "utf-8")
    header, found = perturbation.csv_rows(tmp_path / "a.csv")
    assert header[:2] == ("a", "b") and found == rows


def test_rows_that_read_leaves_out_are_counted(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    for name, rows in (("one", RAW[:5]), ("two", RAW[5:])):
        rows.to_csv(tmp_path / "data" / "raw" / f"{name}.csv", index=False)
    assert list(perturbation.unread(tmp_path, RAW)) == []
    assert list(perturbation.unread(tmp_path, RAW[:5])) == []  # one file of the two, whole
    assert list(perturbation.unread(tmp_path, RAW[["id", "x"]])) == []
    assert list(perturbation.unread(tmp_path, RAW[1:])) == ["read() gives 31 of 32 rows of one.csv, two.csv"]
    (note,) = perturbation.unread(tmp_path, RAW.rename(columns={"x": "z"}))
    assert isinstance(note, perturbation.Note)
    (tmp_path / "data" / "raw" / "twice.csv").write_text("name,age,age\n1,2,3\n", "utf-8")
    (note,) = perturbation.unread(tmp_path, RAW)
    assert isinstance(note, perturbation.Note) and "twice.csv has the column 'age' twice" in note


def peek(path):
    with audit.raw_data_closed():
        return pd.read_csv(path)


@pytest.mark.parametrize("workers", [1, 2])
def test_raw_files_are_closed_while_models_are_fitted(root, workers):
    """In this process, and in joblib's workers; the study's package is known by its first import."""
    study.import_module("data")
    (path,) = (root / "data" / "raw").glob("*.csv")
    pool = joblib.Parallel(n_jobs=workers)
    with pytest.raises(StudyError, match=r"data/raw/penguins-raw.csv is opened by a model. Fit on the X and y"):
        pool(joblib.delayed(known)(root, str(path)) for _ in range(2))
    assert len(pd.read_csv(path)) == 344  # afterwards it is open again


def known(root, path):
    """Peek, in a process that has imported the study."""
    study.use(root)
    study.import_module("data")
    return peek(path)


def test_other_files_stay_open(root, tmp_path):
    (tmp_path / "more.csv").write_text("a\n1\n")
    study.import_module("data")
    assert len(peek(tmp_path / "more.csv")) == 1


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Write modules of a study, which is then the one that is imported."""
    for name in [name for name in sys.modules if name == "study" or name.startswith("study.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "plan.toml").write_text('[models]\nrival = "forest"\ncandidate = "network"\n')

    def write(**texts):
        for name, text in ({"__init__": "", "data": "", "models": "def forest(seed): pass\n"} | texts).items():
            (tmp_path / "study" / f"{name}.py").write_text(text)

    yield write
    for name in [name for name in sys.modules if name == "study" or name.startswith("study.")]:
        del sys.modules[name]


def test_a_model_may_have_a_module_of_its_own(modules):
    draft = "import no_such_package\ndef draft(seed): pass\n"  # which no role names, so that no run reads it
    modules(network="def network(seed): pass\ndef helper(seed): pass\n", plots="import no_such_package\n", draft=draft)
    functions = study.model_functions()
    assert [*functions] == ["forest", "network"] and functions["network"].__module__ == "study.network"


def test_a_module_of_a_model_that_cannot_be_imported_is_named(modules):
    modules(network="import no_such_package\ndef network(seed): pass\n")
    with pytest.raises(StudyError, match=r"^study/network\.py cannot be imported: No module named 'no_such_package'"):
        study.model_functions()
