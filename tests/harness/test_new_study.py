"""The skeleton of a study: what follows from a table and five answers, and what is refused."""

import json
import re
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shipped
import tables

from harness.cli import new_study
from harness.exceptions import StudyError
from harness.markdown import WAITING
from harness.provenance import attempts, datasheet, rawdata
from harness.publish import release, skeleton
from harness.publish.table import Answers, moments, read, refuse, task_of

ANSWERS = {
    "yields.csv": {"target": "yield, t/ha", "task": "regression", "group": "farm"},
    "faults.csv": {"target": "failed", "task": "classification", "time": "day"},
    "port-wines.csv": {"target": "kind", "task": "classification"},
}
MARKED = {"study/plan.toml", "study/data.py", "study/models.py", "data/DATASHEET.md"}


def write(folder, name):
    """Write one of the tables of tests/tables.py."""
    make, options = tables.TABLES[name]
    make(np.random.default_rng(7)).to_csv(folder / name, index=False, **options)
    return folder / name


def call(folder, *arguments):
    """Type `harness new-study` where nobody sits at a terminal."""
    argv = [sys.executable, "-m", "harness", "new-study", *map(str, arguments)]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def changed(folder):
    """What git says has changed."""
    argv = ["git", "status", "--porcelain", "-uall"]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def fresh(tmp_path):
    return shipped.commit(shipped.copy(tmp_path / "my-study"))


@pytest.mark.parametrize("name", ANSWERS)
def test_a_study_of_a_table_can_be_read(fresh, tmp_path, name):
    """In a process of its own, since `study` is another package there."""
    options = [part for key, value in ANSWERS[name].items() for part in (f"--{key}", value)]
    done = call(fresh, "--csv", write(tmp_path, name), *options)
    assert done.returncode == 0, done.stderr
    planned = tomllib.loads((fresh / "study" / "plan.toml").read_text("utf-8"))
    assert planned["data"]["target"] == ANSWERS[name]["target"]
    assert planned["rows"]["dependence"] == next((key for key in ("group", "time") if key in ANSWERS[name]), "none")
    assert not {"country", "plot", "bottle_id", "day"} & {*planned["data"]["features"]}  # constant, or names of rows
    assert datasheet.read(fresh)[0].access == "open" and not list(rawdata.manifest_problems(fresh / "data"))
    assert [path.name for path in (fresh / "data" / "raw").iterdir()] == [name]
    assert "penguin" not in (fresh / "README.md").read_text("utf-8").lower()
    waiting = [line for page in release.PAGES for line in release.waiting(fresh / page, page)]
    assert {line.partition(":")[0] for line in waiting} == MARKED | {"README.md", "MODEL_CARD.md"}
    for command in (["check"], ["format", "--check"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, "-q", "."], cwd=fresh, check=True)


WRONG = {
    "no file": ({"--csv": "none.csv"}, "none.csv: there is no such file"),
    "another format": ({"--csv": "notes.docx"}, ".docx is not read here"),
    "a column": ({"--target": "yeld, t/ha"}, "--target: 'yeld, t/ha' is not a column; did you mean 'yield, t/ha'?"),
    "a group": ({"--group": "farms"}, "--group: 'farms' is not a column; did you mean 'farm'?"),
    "a task": ({"--task": "regresion"}, "--task: 'regresion' is not a task; did you mean 'regression'?"),
    "one column twice": ({"--group": "yield, t/ha"}, "--target and --group name one column"),
    "both": ({"--time": "plot"}, "a plan takes one of --group and --time"),
    "a group of one row each": ({"--group": "plot"}, "'plot' has 192 values for 192 rows"),
    "too few groups": ({"--group": "soil"}, "'soil' has 3 values for 192 rows"),
    "classes that are numbers": ({"--task": "classification"}, "'yield, t/ha' holds decimal numbers, not classes"),
    "a number that is a name": ({"--target": "soil", "--group": "farm"}, "line 2: 'soil' is"),
    "one class": ({"--target": "country", "--task": "classification"}, "'country' has only one value"),
    "no target": ({"--target": None}, "--target is missing"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_go_is_refused_in_one_sentence(tmp_path, root, monkeypatch, wrong):
    changes, said = WRONG[wrong]
    write(tmp_path, "yields.csv")
    (tmp_path / "notes.docx").touch()
    options = {"--csv": "yields.csv", "--target": "yield, t/ha", "--task": "regression", "--group": "farm"} | changes
    options["--csv"] = tmp_path / options["--csv"]
    monkeypatch.chdir(root)
    before = changed(root)
    with pytest.raises(StudyError, match=re.escape(said)) as caught:
        new_study.command(**{option[2:]: value for option, value in options.items()})
    assert "\n" not in str(caught.value) and changed(root) == before


def test_nothing_is_replaced_that_is_not_committed(fresh, tmp_path):
    table = write(tmp_path, "port-wines.csv")
    (fresh / "notes.txt").write_text("mine", "utf-8")
    done = call(fresh, "--csv", table, "--target", "kind", "--task", "classification")
    assert done.returncode == 1 and "git add -A && git commit" in done.stderr
    assert changed(fresh) == "?? notes.txt\n"


@pytest.mark.parametrize("place", [".", "data/raw"])
def test_a_table_that_lies_in_the_study_is_moved_to_its_place(fresh, place):
    write(fresh / place, "port-wines.csv")
    done = call(fresh, "--csv", f"{place}/port-wines.csv", "--target", "kind", "--task", "classification")
    assert done.returncode == 0, done.stderr
    assert "of 240 rows have no kind: they are left out, and counted" in done.stdout
    assert [path.name for path in (fresh / "data" / "raw").iterdir()] == ["port-wines.csv"]
    assert not (fresh / "port-wines.csv").exists()


def test_at_a_terminal_it_asks_five_things(root, tmp_path, monkeypatch):
    asked, answers = [], iter([str(write(tmp_path, "yields.csv")), "yield, t/ha", "regression", "farm"])
    monkeypatch.chdir(root)
    monkeypatch.setattr(new_study.sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(new_study.typer, "prompt", lambda text, *_, **__: asked.append(text) or next(answers))
    monkeypatch.setattr(skeleton, "begin", lambda _, told: asked.append(told) or {})
    new_study.command()
    assert asked[-1] == Answers(tmp_path / "yields.csv", "yield, t/ha", "regression", "farm", "")
    assert len(asked) == 5  # not for a time, since there is a group


def test_numbers_that_are_infinite_are_no_feature():
    assert skeleton.why_left(pd.Series([1.5, np.inf, 2.5])) == "it holds infinite numbers"


@pytest.mark.parametrize(
    "days", [["1970-01-01", "1982-1-1", None], ["1.2.1970", "31.12.82"], ["02/28/2021", "3/1/2021"]]
)
def test_dates_are_no_names(days):
    assert skeleton.why_left(pd.Series(days)).startswith("it holds dates: make numbers of them in tidy()")
    assert "dates" in skeleton.why_left(pd.to_datetime(pd.Series(["1970-01-01", "1982-01-01"])))
    assert skeleton.why_left(pd.Series([None, None])) == "it does not vary"
    assert not skeleton.why_left(pd.Series(["1.2", "3.4", "1.2"])) and not skeleton.why_left(pd.Series(["a", "b"]))


def test_all_is_taken_back_when_the_skeleton_cannot_be_read(fresh, tmp_path, monkeypatch):
    def fail(root):
        raise StudyError("study/plan.toml: no")

    (fresh / "runs" / "first").mkdir(parents=True)
    monkeypatch.setattr(skeleton.inputs, "read", fail)
    answers = Answers(write(tmp_path, "port-wines.csv"), "kind", "classification")
    with pytest.raises(StudyError, match="no"):
        skeleton.begin(fresh, answers)
    assert changed(fresh) == "" and (fresh / "runs" / "first").is_dir()


def test_runs_of_the_example_are_kept_and_are_no_attempts_at_the_new_study(fresh, tmp_path):
    (fresh / "runs" / "first").mkdir(parents=True)
    (fresh / "runs" / "first" / "run.json").write_text(json.dumps({"id": "first", "status": "finished"}), "utf-8")
    attempts.write(fresh, tmp_path)
    assert [*attempts.parse((tmp_path / "attempts.csv").read_text("utf-8"))] == ["first"]
    done = call(fresh, "--csv", write(tmp_path, "port-wines.csv"), "--target", "kind", "--task", "classification")
    assert "runs of the study before (1) are in runs/.earlier" in done.stdout, done.stderr
    assert (fresh / "runs" / ".earlier" / "first" / "run.json").is_file()
    attempts.write(fresh, tmp_path)
    assert not attempts.parse((tmp_path / "attempts.csv").read_text("utf-8"))


UNREADABLE = {
    "a row that is too long": (b"a,b\n1,2\n3,4,5\n", "line 3"),
    "another encoding": ("a,b\n1,2\nZ\u00fcrich,3\n".encode("latin-1"), "line 3 is not UTF-8"),
    "no rows": (b"a,b\n", "there are no rows"),
    "a name twice": (b"a,b,a\n1,2,3\n", "line 1 names the column 'a' twice"),
}


@pytest.mark.parametrize("fault", UNREADABLE)
def test_a_table_that_cannot_be_read_says_where(tmp_path, fault):
    content, said = UNREADABLE[fault]
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(StudyError, match=said):
        read(tmp_path / "table.csv")


DAYS = {
    "%Y-%m-%d": ["2024-01-31", "2024-02-01"],
    "%d.%m.%Y": ["31.01.2024", "01.02.2024"],
    "%m/%d/%Y": ["01/31/2024", "02/01/2024"],
    "ISO8601": ["2024-01-31T10:00", "2024-02-01T11:30"],
}


@pytest.mark.parametrize("form", DAYS)
def test_the_format_of_a_date_is_found(tmp_path, form):
    found, start = moments(tmp_path / "a.csv", "day", pd.Series(DAYS[form]))
    assert found == form and start.strip('"').startswith("2024-02-01")


def test_a_date_that_can_be_two_is_refused(tmp_path):
    with pytest.raises(StudyError, match="day or month first"):
        moments(tmp_path / "a.csv", "day", pd.Series(["01/02/2024", "03/04/2024"]))
    with pytest.raises(StudyError, match="line 3: 'day' is 'soon'"):
        moments(tmp_path / "a.csv", "day", pd.Series(["2024-01-31", "soon"]))


def test_rows_that_lack_their_group_are_named(tmp_path):
    table = pd.DataFrame({"y": [1.5, 2, 3], "g": ["a", None, "b"]})
    with pytest.raises(StudyError, match="line 3: 'g' has no value"):
        refuse(Answers(tmp_path / "t.csv", "y", "regression", "g"), table)


def test_a_class_of_few_rows_is_named(tmp_path):
    table = pd.DataFrame({"y": [*"aaaaabb"], "x": range(7)})
    with pytest.raises(StudyError, match="'y' is 'b' in only 2 rows"):
        refuse(Answers(tmp_path / "t.csv", "y", "classification"), table)


@pytest.mark.parametrize(
    ("values", "limits"),
    [([12.5, 140], [0, 300]), ([-5, 5], [-20, 20]), ([0.001, 0.004], [0, 0.007]), ([-3e6, -1e6], [-5e6, 0])],
)
def test_limits_are_round_and_wider_than_what_is_there(values, limits):
    assert skeleton.bounds(pd.Series(values, dtype=float)) == limits


def test_the_task_is_guessed_by_the_values():
    assert task_of(pd.Series([*range(30)])) == "regression"
    assert task_of(pd.Series([0, 1] * 9)) == task_of(pd.Series(["a", "b"])) == "classification"


def test_a_remark_in_italics_at_the_end_of_a_line_waits():
    assert WAITING.fullmatch("margin = 0.3  # *What matters?*")[1] == "What matters?"
    assert not WAITING.fullmatch("# *Pygoscelis*") and not re.fullmatch(WAITING, "x = 2 * 3 # a * b * c")


def test_a_moment_in_seconds_keeps_its_digits(tmp_path):
    values = pd.Series([1_700_000_000.0 + 5940.25 * n for n in range(11)])
    assert moments(tmp_path / "t.csv", "at", values) == ("", "1700047522.0")


@pytest.mark.parametrize("end", ["Z", "+02:00", "-0500"])
def test_times_with_an_offset_are_refused(tmp_path, end):
    values = pd.Series(["2024-03-01T10:00:00", f"2024-03-02T10:00:00{end}"])
    with pytest.raises(StudyError, match=r"t.csv: line 3: 'at' is '2024-03-02.*Write all times in one zone"):
        moments(tmp_path / "t.csv", "at", values)
