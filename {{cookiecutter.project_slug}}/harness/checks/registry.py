"""What a check is, and what comes of exercising it."""

from typing import NamedTuple

from .. import StudyError, inputs, record

CHECKS = []


class Check(NamedTuple):
    """One reason; ``find`` takes the repository and yields a sentence for each place where it went wrong."""

    code: str
    name: str
    before_run: bool  # a run would be worthless, so `run` asks first
    find: object


class NotExercised(Exception):
    """There is nothing yet that a check could look at; the message says what is missing."""


def check(code, name, before_run=False):
    """Register a function as a check."""
    return lambda find: CHECKS.append(Check(code, name, before_run, find)) or find


def outcome(one, root):
    """Exercise a check: "passed", "failed" or "not exercised", and the sentences that say why."""
    try:
        evidence = list(one.find(root))
    except NotExercised as reason:
        return "not exercised", [str(reason)]
    except SyntaxError as error:
        evidence = [f"{error.filename}:{error.lineno}: {error.msg}"]
    except StudyError as error:
        evidence = str(error).splitlines()
    return "failed" if evidence else "passed", evidence


def accepted(root):
    """Return the folder and the record of the accepted result."""
    if not (root / "results" / "run.json").is_file():
        raise NotExercised("no result is accepted yet (python -m harness accept ID)")
    run = record.read(root / "results")
    if run.get("version") != record.VERSION:
        raise NotExercised("the accepted run was recorded by an earlier harness: run and accept again")
    return root / "results", run


def readable(root):
    """Read the study; what is wrong with it is for D2 to say, once."""
    try:
        return inputs.read(root)
    except StudyError:
        raise NotExercised("the study cannot be read: D2 says why") from None
