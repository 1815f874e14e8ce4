"""Checks: named reasons not to believe the result. The docstring of a check is what its user reads."""

# Importing registers, in this order (but planning imports data first).
from harness.checks import code, data, environment, imports, installs, notebooks, planning, seeding, tables  # noqa: F401, I001
from harness.checks import ablations, borders, features, leakage, learning, models, randomness  # noqa: F401
from harness.checks import claims, figures, metrics, publication, records, reporting, repository, result  # noqa: F401
from harness.checks.registry import CHECKS, outcome

__all__ = ["CHECKS", "outcome"]
