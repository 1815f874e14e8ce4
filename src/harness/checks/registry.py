"""What a check is, and what comes of exercising it."""

import contextlib
import functools
import re
from typing import NamedTuple

from harness import files
from harness.exceptions import StudyError, blame
from harness.method import inputs, jobs, plan
from harness.provenance import record

CHECKS = []
DEVIATIONS = "study/DEVIATIONS.md"
PLACE = re.compile(r"(?P<file>[\w.][\w./ -]*\.\w+|[A-Z]\w+)(?::(?P<line>\d+))?: ")
_known = None  # what was found already, while nothing changes: see `remembering`


class Check(NamedTuple):
    """One reason; ``find`` takes the repository and yields a sentence for each place where it went wrong."""

    code: str
    name: str
    find: object
    before_run: bool = False  # a run would be worthless, so `run` asks first
    refits: bool = False  # it fits models: `make test` exercises it, and `check` when it is named


class Evidence(str):
    """A sentence that says what is wrong and what to do, and the place that it speaks of."""

    def __new__(cls, says, **place):
        """Take file, line, row, column and value, as far as they are known."""
        self = super().__new__(cls, says)
        found = PLACE.match(says)
        self.place = {"file": found["file"], "line": found["line"] and int(found["line"])} if found else {}
        self.place |= place
        return self


def at(file, says, line=None, row=None, column=None, value=None):
    """
    Make evidence of a sentence and its place.

    Examples
    --------
    >>> at("study/data.py", "is no number", line=3, column="mass", value="heavy")
    "study/data.py:3: column 'mass': 'heavy' is no number"
    """
    named = [f"{key} {name!r}" for key, name in (("row", row), ("column", column)) if name is not None]
    start = f"{file}:{line}" if line else file
    text = ": ".join([start, *([", ".join(named)] if named else []), says if value is None else f"{value!r} {says}"])
    return Evidence(text, file=str(file), line=line, row=row, column=column, value=value)


class NotExercised(Exception):
    """There is nothing yet that a check could look at; the message says what is missing."""


def check(code, name, before_run=False, refits=False):
    """Register a function as a check."""
    return lambda find: CHECKS.append(Check(code, name, find, before_run, refits)) or find


@contextlib.contextmanager
def remembering():
    """Within, the study is read once and each check exercised once, since nothing changes meanwhile."""
    global _known
    _known = {}
    try:
        yield
    finally:
        _known = None


def once(key, make):
    """Return what ``make`` returns; within `remembering`, what it returned or raised the first time."""
    if _known is None:
        return make()
    if key not in _known:
        try:
            _known[key] = (make(), None)
        except (StudyError, NotExercised) as error:
            _known[key] = (None, error)
    found, error = _known[key]
    if error:
        raise error
    return found


def remembered(find):
    """Let a function of hashable arguments be called `once`."""

    @functools.wraps(find)
    def found(*arguments):
        return once((find, *arguments), lambda: find(*arguments))

    return found


@remembered
def outcome(one, root):
    """Exercise a check: "passed", "failed" or "not exercised", and the sentences that say why."""
    try:
        evidence = list(one.find(root) or ())
    except NotExercised as reason:
        return "not exercised", [str(reason)]
    except SyntaxError as error:
        evidence = [f"{error.filename}:{error.lineno}: {error.msg}"]
    except StudyError as error:
        evidence = str(error).splitlines()
    except Exception as error:  # a check that breaks down vouches for nothing
        evidence = [str(blame(error, "the check itself broke down", "harness/checks"))]
    return "failed" if evidence else "passed", evidence


def fails(code, root):
    """Whether the check of this code fails: what rests on it leaves the word to it."""
    return any(one.code == code and outcome(one, root)[0] == "failed" for one in CHECKS)


def accepted(root):
    """Return the folder and the record of the accepted result."""
    if not (root / "results" / "run.json").is_file():
        raise NotExercised("no result is accepted yet (python -m harness accept ID)")
    run = record.read(root / "results")
    if run.get("version") != record.VERSION:
        raise NotExercised("the accepted run was recorded by an earlier harness: run and accept again")
    return root / "results", run


def explained(root, name):
    """Whether study/DEVIATIONS.md speaks of a run, or a plan, by its name."""
    path = root / DEVIATIONS
    return path.is_file() and name in path.read_text(encoding="utf-8")


def planned(root):
    """Read the plan; what is wrong with it is for P0 to say."""
    try:
        return plan.read(root / files.PLAN)
    except StudyError:
        raise NotExercised("the plan cannot be read: P0 says why") from None


@remembered
def read(root):
    """Read the study."""
    return inputs.read(root)


def readable(root):
    """Read the study; what is wrong with it is for other checks to say, once."""
    try:
        return read(root)
    except StudyError:
        raise NotExercised("the study cannot be read: P0 or D5 says why") from None


def cuts(study):
    """Return the folds of each repeat, which take a while to cut."""
    return once(("cuts", id(study)), lambda: (jobs.cuts(study), study))[0]  # what is kept keeps its id
