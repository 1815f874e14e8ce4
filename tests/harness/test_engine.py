"""The engine of the checks: what rests on what, waivers, checks of the study's own, JSON, and all of it as tests."""

import datetime
import json
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pandas as pd
import pytest

from harness import files
from harness.checks import NotExercised, Subject, at, engine, findings, registry
from harness.exceptions import StudyError
from harness.plan import plan

PLAN = """
[question]
claim = "The candidate is better than the rival."
falsified_by = "It is not better."
metric = "accuracy"
why = "It is the usual one."
margin = 0.1
agreed_with = "Nobody but this test."
[data]
target = "t"
features = ["x", "y"]
[rows]
dependence = "none"
reason = "They were made one by one."
sealed = 0.2
[models]
linear = "a"
domain = "a"
rival = "a"
candidate = "b"
[evaluation]
seed = 0
folds = 4
repeats = 2
"""


def holds(subject):
    """All is well."""
    return []


def fails(subject):
    """
    The cup is full.

    Detected: by looking.
    Why: an empty one helps nobody.
    Do: fill it.
    """
    return [at("study/data.py", "the cup is empty: fill it", line=3)]


CHECKS = [engine.Check("X1", "cup-full", fails), engine.Check("X2.1", "sky-there", holds)]


@pytest.fixture
def waive(tmp_path):
    """Exercise the checks under a plan with this waiver."""
    (tmp_path / "study").mkdir()

    def examined(text=""):
        (tmp_path / files.PLAN).write_text(PLAN + text, "utf-8")
        return findings.examine(Subject(tmp_path), CHECKS)

    return examined


def waiver(code, reason='"It holds tea, as agreed."', date="2026-01-31"):
    lines = {"reason": reason, "date": date}
    return f'\n[waivers."{code}"]\n' + "".join(f"{key} = {one}\n" for key, one in lines.items() if one)


@pytest.fixture
def register(monkeypatch):
    """Register checks of a test, instead of all others."""
    monkeypatch.setattr(engine, "CHECKS", [])
    return engine.check


def test_a_check_whose_requirement_fails_is_not_exercised_and_names_it(register, tmp_path):
    register("X1", "cup-full")(fails)
    register("X2", "tea-hot", requires=("X1", "taken out"))(holds)
    first, second = engine.CHECKS
    subject = Subject(tmp_path)
    assert engine.run_check(second, subject) == (
        "not exercised",
        ["it rests on X1 cup-full, which fails: mend that first"],
    )
    engine.CHECKS.remove(first)
    assert engine.run_check(second, Subject(tmp_path)) == ("passed", [])


def test_a_code_has_one_check(register):
    register("X1", "cup-full")(fails)
    with pytest.raises(StudyError, match="there is a check X1 already, in .*test_engine"):
        register("X1", "sky-there")(holds)


def test_a_subject_is_asked_once_and_says_again_why_it_cannot_answer(tmp_path):
    asked = []

    @engine.cached
    def answer(subject):
        asked.append(subject)
        raise NotExercised("no tea yet")

    subject = Subject(tmp_path)
    for _ in range(2):
        with pytest.raises(NotExercised, match="no tea yet"):
            answer(subject)
        with pytest.raises(NotExercised, match="P0 says why"):
            subject.plan  # noqa: B018
    assert len(asked) == 1


def test_a_check_is_exercised_once_for_a_subject(tmp_path):
    seen = []
    one, subject = engine.Check("X1", "seen", seen.append), Subject(tmp_path)
    assert engine.run_check(one, subject) == engine.run_check(one, subject) == ("passed", [])
    assert seen == [subject]


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotExercised("no tea yet"), "not exercised", ["no tea yet"]),
        (StudyError("one\ntwo"), "failed", ["one", "two"]),
    ],
)
def test_what_a_check_raises(tmp_path, error, status, said):
    def find(subject):
        raise error

    assert engine.run_check(engine.Check("X1", "raises", find), Subject(tmp_path)) == (status, said)


def test_a_check_that_breaks_down_vouches_for_nothing(tmp_path):
    status, (said,) = engine.run_check(engine.Check("X1", "broken", lambda subject: 1 / 0), Subject(tmp_path))
    assert status == "failed" and "the check itself broke down: ZeroDivisionError" in said


def test_json_has_status_evidence_place_and_waiver(waive):
    found = json.loads(findings.as_json(waive(waiver("X1"))))
    assert found["counts"] == {"passed": 1, "failed": 0, "waived": 1, "not exercised": 0}
    first, second = found["checks"]
    place = {"file": "study/data.py", "line": 3, "row": None, "column": None, "value": None}
    assert first == {
        "code": "X1",
        "name": "cup-full",
        "status": "waived",
        "refits": False,
        "evidence": [{"message": "study/data.py:3: the cup is empty: fill it"} | place],
        "waiver": {"reason": "It holds tea, as agreed.", "date": "2026-01-31"},
    }
    assert second["evidence"] == [] and second["waiver"] is None


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        (at("study/data.py", "is empty", line=3), ("study/data.py", 3)),
        ("study/plan.toml: [rows] sealed: it is missing", ("study/plan.toml", None)),
        ("study/models.py:81: is opened by a model. Fit on X.", ("study/models.py", 81)),
        ("Dockerfile:2: the image moves", ("Dockerfile", 2)),
        ("joblib 1.6.0; harness.txt locks ==1.0.0: make setup", (None, None)),
    ],
)
def test_json_has_the_file_that_a_sentence_begins_with(sentence, place):
    finding = findings.Finding(engine.Check("X1", "cup-full", fails), "failed", [sentence])
    (evidence,) = finding.facts()["evidence"]
    assert evidence["message"] == str(sentence) and (evidence.get("file"), evidence.get("line")) == place


def test_checks_that_fit_wait_until_they_are_asked(tmp_path):
    (one,) = findings.examine(Subject(tmp_path), [engine.Check("X1", "cup-full", fails, refits=True)])
    assert (one.status, one.evidence) == ("not exercised", [findings.LATER])


CONTRACT = """
from harness.checks import engine, findings

def fails(subject):
    \'\'\'The cup is full.\'\'\'
    yield "study/data.py:3: the cup is empty: fill it"

def idle(subject):
    raise engine.NotExercised("no tea yet")

known = [engine.Check(code, code.lower(), find) for code, find in
         {"X1": fails, "X2.1": fails, "X3": idle, "X4": lambda subject: []}.items()]
findings.all_checks = lambda root: known

@findings.parametrize_with_checks()
def test_study(check, subject):
    check(subject)
"""


def test_each_check_is_a_test(tmp_path):
    for name in ("study", "tests"):
        (tmp_path / name).mkdir()
    (tmp_path / files.PLAN).write_text(PLAN + waiver("X2.1"), "utf-8")
    (tmp_path / "tests" / "test_contract.py").write_text(CONTRACT.replace("\\'", "'"), "utf-8")

    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    said = done.stdout
    assert done.returncode == 1 and "1 failed, 1 passed, 1 skipped, 1 xfailed" in said, said
    assert "the cup is empty: fill it" in said and "Traceback" not in said
    assert "test_study[X2.1] - X2.1 x2.1 waived on 2026-01-31: It holds tea, as agreed." in said
    assert "not exercised: no tea yet" in said and "PASSED tests/test_contract.py::test_study[X4]" in said


def test_what_is_waived_stays_in_the_count(waive):
    assert findings.counts(waive()) == {"passed": 1, "failed": 1, "waived": 0, "not exercised": 0}
    found = waive(waiver("X1"))
    assert findings.counts(found) == {"passed": 1, "failed": 0, "waived": 1, "not exercised": 0}
    (said,) = findings.messages(found)
    assert said.startswith("X1 cup-full waived on 2026-01-31: It holds tea, as agreed. (1 x: study/data.py:3: the cup")
    assert found[0].facts()["waiver"] == {"reason": "It holds tea, as agreed.", "date": "2026-01-31"}


def test_what_a_check_notes_is_said_although_it_passes(tmp_path):
    def notes(subject):
        return [engine.Note("only half of the cups were looked at")]

    def fails_too(subject):
        return [engine.Note("only half of the cups were looked at"), "the cup is empty"]

    half, empty = engine.Check("X3", "cups-full", notes), engine.Check("X4", "cups-dry", fails_too)
    found = findings.examine(Subject(tmp_path), [half, empty])
    assert [(one.status, one.evidence) for one in found] == [
        ("passed", ["only half of the cups were looked at"]),
        ("failed", ["the cup is empty"]),
    ]
    assert next(findings.messages(found[:1])) == "X3 cups-full passed, but only half of the cups were looked at"


def test_a_waiver_that_is_not_needed_is_named(waive):
    *_, said = findings.messages(waive(waiver("X1") + waiver("X2.1")))
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
    monkeypatch.setattr(Subject, "study", SimpleNamespace(table=table))
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "study"]:
        monkeypatch.delitem(sys.modules, name)

    def exercised(code):
        (tmp_path / "study" / "checks.py").write_text(textwrap.dedent(code), "utf-8")
        (one,) = registry.own_checks(tmp_path)
        return one, *engine.run_check(one, Subject(tmp_path))

    yield exercised
    for name in [name for name in sys.modules if name.partition(".")[0] == "study"]:
        del sys.modules[name]


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
    assert "ask who noted it" in findings.explain(one)


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


@pytest.mark.parametrize("reads", [1, 2])
def test_a_tidy_that_changes_what_it_is_given_changes_no_raw_rows(monkeypatch, reads):
    asked = []

    def read():
        asked.append(1)
        return pd.DataFrame({"x": [[1], [2]] if reads == 2 else [1, 2]})

    def tidy(raw):
        raw["more"] = 0
        if reads == 2:
            raw["x"].iloc[0].append(9)
        return raw

    schema = SimpleNamespace(validate=lambda table, lazy: table)
    data = SimpleNamespace(read=read, tidy=tidy, SCHEMA=schema)
    monkeypatch.setattr(engine.Subject, "data", data)
    subject = engine.Subject(".")
    before = subject.raw.to_dict("list").__repr__()
    subject.table()
    assert repr(subject.raw.to_dict("list")) == before and len(asked) == reads


def test_the_last_line_counts_and_says_what_waits():
    def found(status, *evidence):
        return findings.Finding(None, status, [*evidence])

    some = [found("passed"), found("failed", "x")]
    assert findings.total(some) == "1 passed, 1 failed, 0 waived, 0 not exercised"
    idle = [found("not exercised", one) for one in (findings.LATER, findings.LATER, engine.NO_RESULT, "y")]
    assert findings.total(some + idle).splitlines() == [
        "1 passed, 1 failed, 0 waived, 4 not exercised",
        "Not exercised: 2 that fit models (`make test` runs them); 1 since no result is accepted yet;"
        " 1 for a reason that `harness check --all` states",
    ]
    assert findings.total([*some, idle[0], idle[3], idle[3]]).endswith(
        "; 2 for reasons that `harness check --all` states"
    )
