"""What a check is, what it looks at, and what comes of exercising it."""

import functools
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_object_dtype

from harness import files
from harness.exceptions import StudyError, blame
from harness.method import inputs, jobs
from harness.plan import plan
from harness.provenance import record
from harness.study import data_module, read_raw, valid_table

CHECKS: list["Check"] = []  # as modules register them
DEVIATIONS = "study/DEVIATIONS.md"
NO_RESULT = "no result is accepted yet (`harness accept ID`)"


class NotExercised(Exception):
    """There is nothing yet that a check could look at; the message says what is missing."""


class Note(str):
    """What a check says although nothing is wrong, such as of which part of the data it speaks."""


class Check(NamedTuple):
    """One reason not to believe; ``find`` takes a `Subject` and yields a sentence for each place that is wrong."""

    code: str
    name: str
    find: Any
    requires: tuple = ()  # codes of checks: where one of them fails, this one is not exercised
    before_run: bool = False  # a run would be worthless, so `run` asks first
    refits: bool = False  # it fits models: the tests exercise it, and `check` when it is named


class Evidence(str):
    """A sentence that says what is wrong and what to do; ``place`` is where: file, line, row, column and value."""

    place: dict[str, Any]


def at(file, message, line=None, row=None, column=None, value=None):
    """
    Make evidence of a sentence and its place.

    Examples
    --------
    >>> at("study/data.py", "is no number", line=3, column="mass", value="heavy")
    "study/data.py:3: column 'mass': 'heavy' is no number"
    """
    cell = ", ".join(f"{key} {name!r}" for key, name in (("row", row), ("column", column)) if name is not None)
    parts = [f"{file}:{line}" if line else file, cell, message if value is None else f"{value!r} {message}"]
    evidence = Evidence(": ".join(filter(None, parts)))
    evidence.place = {"file": file, "line": line, "row": row, "column": column, "value": value}
    return evidence


def cached(find):
    """Let a function of a subject run once: what it returns, or the reason why it cannot, is kept in the subject."""

    @functools.wraps(find)
    def find_once(subject):
        if find not in subject.known:
            try:
                subject.known[find] = (find(subject), None)
            except (StudyError, NotExercised) as error:
                subject.known[find] = (None, error)
        value, reason = subject.known[find]
        if reason:
            raise reason
        return value

    return find_once


class Subject:
    """A study as the checks see it: read once, and each check exercised once, since nothing changes meanwhile."""

    def __init__(self, root):
        """Take the folder of the study, which `harness.study.use` has made the one that is imported."""
        self.root, self.known = Path(root), {}

    @property
    @cached
    def plan(self):
        """The plan; what is wrong with it is for P0 to say."""
        try:
            return plan.read(self.root / files.PLAN)
        except StudyError:
            raise NotExercised("the plan cannot be read: P0 says why") from None

    @property
    def data(self):
        """The module study/data.py."""
        return data_module()

    @property
    @cached
    def raw(self):
        """What read() gives. Not to be changed."""
        return read_raw(self.data)

    @cached
    def table(self):
        """Return the table that tidy() makes, held against SCHEMA."""
        raw = self.raw
        if isinstance(raw, pd.DataFrame) and not any(map(is_object_dtype, raw.dtypes)):  # cells are values
            return valid_table(self.data, lambda data: raw.copy())
        return valid_table(self.data)

    @cached
    def read(self):
        """Read the study; raise StudyError if that cannot be done."""
        return inputs.read(self.root, lambda data: self.table())

    @property
    def study(self):
        """The study; what is wrong with it is for other checks to say, once."""
        try:
            return self.read()
        except StudyError:
            raise NotExercised("the study cannot be read: P0 or D5 says why") from None

    @property
    @cached
    def cuts(self):
        """The folds of each repeat, which take a while to cut."""
        return jobs.cuts(self.study)

    @property
    @cached
    def accepted(self):
        """Folder and record of the accepted result."""
        folder = self.root / "results"
        if not (folder / "run.json").is_file():
            raise NotExercised(NO_RESULT)
        run = record.read(folder)
        if run.get("version") != record.VERSION:
            raise NotExercised("the accepted run was recorded by an earlier harness: run and accept again")
        return folder, run

    def explains(self, name):
        """Whether study/DEVIATIONS.md speaks of a run, or a plan, by its name."""
        path = self.root / DEVIATIONS
        return path.is_file() and name in path.read_text(encoding="utf-8")


def check(code, name, requires=(), before_run=False, refits=False):
    """Register a function of a `Subject` as a check."""

    def register(find):
        if other := by_code(code):
            place = other.find.__module__
            raise StudyError(f"{find.__module__}: there is a check {code} already, in {place}. Take another code.")
        CHECKS.append(Check(code, name, find, tuple(requires), before_run, refits))
        return find

    return register


def by_code(code):
    """Return the check of this code; None if there is none."""
    return next((check for check in CHECKS if check.code == code), None)


def fails(code, subject):
    """Whether the check of this code fails."""
    check = by_code(code)
    return check is not None and run_check(check, subject)[0] == "failed"


def run_check(check, subject):
    """Exercise a check, once for each subject; return "passed", "failed" or "not exercised", and sentences on why."""
    if check.code not in subject.known:
        subject.known[check.code] = _exercise(check, subject)
    return subject.known[check.code]


def _exercise(check, subject):
    for code in check.requires:
        if fails(code, subject):
            return "not exercised", [f"it rests on {code} {by_code(code).name}, which fails: mend that first"]
    try:
        evidence = list(check.find(subject) or ())
    except NotExercised as reason:
        return "not exercised", [str(reason)]
    except StudyError as error:
        evidence = str(error).splitlines()
    except Exception as error:  # a check that breaks down vouches for nothing
        evidence = [str(blame(error, "the check itself broke down", check.find.__module__))]
    wrong = [sentence for sentence in evidence if not isinstance(sentence, Note)]
    return ("failed", wrong) if wrong else ("passed", evidence)
