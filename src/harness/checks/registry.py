"""Which checks there are: those of all installed packages, then those of the study, in study/checks.py."""

import functools
import inspect
from importlib.metadata import entry_points

from harness.checks.engine import CHECKS, Check
from harness.exceptions import StudyError, blame, refusal
from harness.study import import_module

GROUP = "harness.checks"  # of entry points: modules that hold checks
OWN = "study/checks.py"


@functools.cache
def registered():
    """List the checks of all installed packages, by their codes."""
    for point in entry_points(group=GROUP):
        try:
            point.load()
        except ImportError as error:
            raise StudyError(f"{point.value}: its checks cannot be imported: {error}. Install it again.") from None
    if not CHECKS:
        raise StudyError("harness: no check is installed. Run `make setup`, or install ml-science-harness again.")
    CHECKS.sort()
    return CHECKS


def all_checks(root):
    """List all checks: the registered ones, then those of the study, in study/checks.py."""
    return registered() + own_checks(root)


def own_checks(root):
    """Make checks of the public functions of study/checks.py."""
    if not (root / OWN).is_file():
        return []
    module = import_module("checks")
    public = (item for name, item in vars(module).items() if inspect.isfunction(item) and not name.startswith("_"))
    return [own_check(function) for function in public if function.__module__ == module.__name__]


def own_check(function):
    """Make a check of a function of the study, which takes the valid table and yields sentences."""
    place = f"{OWN}:{function.__code__.co_firstlineno}"
    if not function.__doc__:
        raise StudyError(f"{place}: {function.__name__}: it needs a docstring: what should hold, and what to do")
    if len(inspect.signature(function).parameters) != 1:
        raise StudyError(f"{place}: {function.__name__}: its one argument is the table that tidy() gives")

    def find(subject):
        table = subject.study.table
        try:
            return [f"{place}: {sentence}" for sentence in function(table) or ()]
        except Exception as error:  # it is the study's code
            raise blame(error, function.__name__, OWN) from error

    find.__doc__ = function.__doc__
    return Check(f"study.{function.__name__}", function.__name__.replace("_", "-"), find)


def chosen(known, codes):
    """Return the checks of these codes or names; raise StudyError if there is none."""
    called = {check.code: check for check in known} | {check.name: check for check in known}
    all_codes = [check.code for check in known]
    if wrong := [refusal("check", "CODE", code, "a check", all_codes) for code in codes if code not in called]:
        raise StudyError("\n".join(wrong))
    return [called[code] for code in codes]
