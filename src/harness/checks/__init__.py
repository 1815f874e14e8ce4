"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

from harness.checks.engine import NotExercised, Subject, at, check, run_check
from harness.checks.findings import examine, parametrize_with_checks
from harness.checks.registry import all_checks, registered

__all__ = ["CHECKS", "NotExercised", "Subject", "all_checks", "at", "check", "examine", "run_check"]
__all__ += ["parametrize_with_checks"]


def __getattr__(name):
    """Give CHECKS, the list of all that are registered, once somebody asks: their modules take seconds to import."""
    if name == "CHECKS":
        return registered()
    raise AttributeError(name)
