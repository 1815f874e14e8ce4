"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

from harness.checks.engine import NotExercised, Subject, all_checks, at, check, run_check
from harness.checks.findings import examine, parametrize_with_checks

__all__ = ["NotExercised", "Subject", "all_checks", "at", "check", "examine", "parametrize_with_checks", "run_check"]
