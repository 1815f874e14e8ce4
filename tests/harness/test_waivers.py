"""Waivers of the plan, and the checks of the study's own: study/checks.py."""

from harness import files
import datetime
import sys
import textwrap
from types import SimpleNamespace

import pandas as pd
import pytest

from harness.exceptions import StudyError
from harness.method import inputs, plan
from harness.checks import engine, registry

PLAN = """
[question]
claim = "The candidate is better than the rival."
falsified_by = "It is not better."
metric = "accuracy"
why = "It is the usual one."
margin = 0.1
agreed_with = "Nobody but this test."
[rows]
dependence = "none"
reason = "They were made one by one."
sealed = 0.2
[models]
floor = "a"
linear = "a"
domain = "a"
rival = "a"
candidate = "b"
[evaluation]
seed = 0
folds = 4
repeats = 2
"""


def holds(root):
    """All is well."""
    return []


def fails(root):
    """
    The cup is full.

    Detected: by looking.
    Why: an empty one helps nobody.
    Do: fill it.
    """
    return [registry.at("study/data.py", "the cup is empty: fill it", line=3)]


CHECKS = [registry.Check("X1", "cup-full", fails), registry.Check("X2.1", "sky-there", holds)]


@pytest.fixture
def waive(tmp_path):
    """Exercise the checks under a plan with this waiver."""
    (tmp_path / "study").mkdir()

    def examined(text=""):
        (tmp_path / files.PLAN).write_text(PLAN + text, "utf-8")
        return engine.examine(tmp_path, CHECKS)

    return examined


def waiver(code, reason='"It holds tea, as agreed."', date="2026-01-31"):
    lines = {"reason": reason, "date": date}
    return f'\n[waivers."{code}"]\n' + "".join(f"{key} = {one}\n" for key, one in lines.items() if one)


def test_what_is_waived_stays_in_the_count(waive):
    assert engine.counts(waive()) == {"passed": 1, "failed": 1, "waived": 0, "not exercised": 0}
    found = waive(waiver("X1"))
    assert engine.counts(found) == {"passed": 1, "failed": 0, "waived": 1, "not exercised": 0}
    (said,) = engine.told(found)
    assert said.startswith("X1 cup-full waived on 2026-01-31: It holds tea, as agreed. (1 x: study/data.py:3: the cup")
    assert found[0].facts()["waiver"] == {"reason": "It holds tea, as agreed.", "date": "2026-01-31"}


def test_a_waiver_that_is_not_needed_is_named(waive):
    *_, said = engine.told(waive(waiver("X1") + waiver("X2.1")))
    assert said == "X2.1 sky-there passed: its waiver in study/plan.toml is not needed any more"


def test_a_waiver_that_cannot_be_is_refused(waive):
    with pytest.raises(StudyError, match=r"\[waivers\]: 'X21' is not a check; did you mean 'X2.1'\?"):
        waive(waiver("X21"))
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    with pytest.raises(StudyError, match=f"X1: its date, {tomorrow}, has not come yet"):
        waive(waiver("X1", date=tomorrow))


@pytest.mark.parametrize("given", [{"reason": None}, {"reason": '"because"'}, {"date": None}, {"date": '"soon"'}])
def test_a_waiver_says_why_and_since_when(waive, tmp_path, given):
    waive(waiver("X1", **given))  # the checks go on; P0 says what is wrong
    (key,) = given
    with pytest.raises(StudyError, match=rf"study/plan.toml: \[waivers.X1\] {key}"):
        plan.read(tmp_path / files.PLAN)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Make a check of what stands in study/checks.py, and exercise it on a table of two rows."""
    table = pd.DataFrame({"mass": [3750.0, -1.0]}, index=["bird 1", "bird 2"])
    monkeypatch.setattr(examine, "readable", lambda root: SimpleNamespace(table=table))
    (tmp_path / "study").mkdir()
    monkeypatch.setattr("study.__path__", [str(tmp_path / "study")])
    monkeypatch.delitem(sys.modules, "study.checks", raising=False)

    def exercised(code):
        (tmp_path / "study" / "checks.py").write_text(textwrap.dedent(code), "utf-8")
        (one,) = engine.every(tmp_path)[len(registry.CHECKS) :]
        return one, *registry.outcome(one, tmp_path)

    yield exercised
    sys.modules.pop("study.checks", None)


CODE = '''
import math
from statistics import mean


def _helper(table):
    return table


def masses_are_positive(table):
    """A bird weighs something; if it does not, ask who noted it."""
    for bird, mass in table["mass"].items():
        if mass BELOW:
            yield f"{bird} weighs {mass:g} g"
'''


def test_an_own_check_tells_row_and_line(own):
    one, status, said = own(CODE.replace("BELOW", "<= 0"))
    assert (one.code, one.name) == ("study.masses_are_positive", "masses-are-positive")
    assert (status, said) == ("failed", ["study/checks.py:10: bird 2 weighs -1 g"])
    assert "ask who noted it" in engine.explain(one)


def test_an_own_check_that_holds(own):
    assert own(CODE.replace("BELOW", "< -5"))[1:] == ("passed", [])


def test_an_own_check_that_breaks_down_is_told_with_its_line(own):
    _, status, (said,) = own(CODE.replace('table["mass"]', 'table["weight"]').replace("BELOW", "< 0"))
    assert status == "failed" and "study/checks.py" in said and "12" in said and "weight" in said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(table):\n    return []\n", "study/checks.py:1: f: it needs a docstring"),
        ('def f(table, row):\n    """All."""\n    return []\n', "study/checks.py:1: f: its one argument is the table"),
        ("def f(:\n", "study/checks.py cannot be imported"),
    ],
)
def test_an_own_check_that_is_none_is_refused(own, code, said):
    with pytest.raises(StudyError, match=said):
        own(code)
