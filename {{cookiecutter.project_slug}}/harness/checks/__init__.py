"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

from . import planning, data, environment, models, leakage, features, result, claims, reporting, publication  # noqa: E501, F401, I001  # importing registers, in this order
from .registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
