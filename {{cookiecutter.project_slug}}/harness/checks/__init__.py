"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

from . import planning, data, tables, environment, models, leakage, result, publication  # noqa: F401, I001  # importing registers, in this order
from .registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
