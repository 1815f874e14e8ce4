"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

from . import (  # noqa: F401, I001  # importing registers, in this order
    planning,
    data,
    tables,
    environment,
    installs,
    code,
    notebooks,
    randomness,
    models,
    learning,
    ablations,
    leakage,
    features,
    result,
    claims,
    reporting,
    repository,
    publication,
)
from .registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
