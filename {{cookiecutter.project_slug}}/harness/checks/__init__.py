"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

# Importing registers, in this order (but planning imports data first).
from . import planning, data, tables, environment, imports, installs, code, notebooks, seeding  # noqa: F401, I001
from . import randomness, models, learning, ablations, leakage, borders, features  # noqa: F401
from . import result, records, claims, reporting, figures, metrics, repository, publication  # noqa: F401
from .registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
