"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

# isort: off  # importing registers, and the order is that of the table
from . import planning, data, environment, installs, code, notebooks, models, leakage, features  # noqa: F401
from . import result, claims, reporting, repository, publication  # noqa: F401

# isort: on
from .registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
