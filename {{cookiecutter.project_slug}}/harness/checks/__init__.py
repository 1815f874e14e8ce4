"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

from . import (  # noqa: F401, I001  # importing registers, in this order
    planning,
    data,
    tables,
    environment,
    imports,
    installs,
    code,
    notebooks,
    seeding,
    randomness,
    models,
    learning,
    ablations,
    leakage,
    borders,
    features,
    result,
    records,
    claims,
    reporting,
    figures,
    metrics,
    repository,
    publication,
)
from .registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
