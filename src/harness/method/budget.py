"""
The error budget: a value, its statistical and its systematic uncertainty, and what each nuisance adds.

Terms are combined as the Guide to the Expression of Uncertainty in Measurement does (JCGM 100:2008, section 5.1.2).
"""

import math
from typing import Any

import pandas as pd

from harness.method import statistics
from harness.plan.plan import Plan

# Repeats differ in their splits and model seeds, so the statistical uncertainty holds these two, and the finite test
# parts with them: adding them to it would count them twice.
IN_STATISTICAL = ("split", "initialisation")


def budget(plan: Plan, scores: pd.DataFrame, metric: str) -> dict[str, Any]:
    """
    Say what moves the candidate's mean score, and by how much.

    Returns
    -------
    dict
        ``metric``; ``value``; ``statistical``, its corrected standard error over repeats and folds; ``systematic``, the
        quadrature of what that does not hold; ``total``; ``rows``, one a nuisance; ``quadrature`` of all nuisances
        alone; ``joint``, the standard deviation when all are varied together; their ``ratio``. None: not known. If the
        candidate cannot be scored by the metric, only ``value``, None, and ``why``.

    Notes
    -----
    A random effect counts with its standard deviation over draws, a choice of two with half the shift between them:
    the standard deviation of a fair draw, which is what the joint runs make. Quadrature takes nuisances for
    independent; the ratio tells how well that holds.
    """
    roles = scores[(scores["kind"] == "role") & (scores["name"] == "candidate")]
    folds = roles.groupby(["repeat", "fold"])[metric].mean()  # over model seeds
    if folds.isna().any():
        return {"metric": metric, "value": None, "why": "the candidate cannot be scored by it"}
    ratio = float((roles["n_test"] / roles["n_train"]).mean())
    estimate = statistics.corrected_interval(folds, ratio, plan.confidence)
    effects = plan.nuisance_names().items()
    base = float(roles.query("repeat == 0 and seed == 0")[metric].mean())
    rows = [nuisance(name, effect, draws(scores, "nuisance", name, metric), base) for name, effect in effects]
    counted = [row["uncertainty"] for row in rows if row["counted"] == "systematic"]
    systematic, quadrature = math.hypot(*counted), math.hypot(*(row["uncertainty"] for row in rows))
    joint = float(draws(scores, "joint", "all", metric).std(ddof=1)) if rows else None
    return {
        "metric": metric,
        "value": estimate.value,
        "statistical": estimate.error,
        "systematic": systematic,
        "total": None if estimate.error is None else math.hypot(estimate.error, systematic),
        "joint": joint,
        "quadrature": quadrature,
        "ratio": joint / quadrature if joint is not None and quadrature else None,
        "rows": rows,
    }


def draws(scores: pd.DataFrame, kind: str, name: str, metric: str) -> pd.Series:
    """Mean over folds of each draw."""
    return scores[(scores["kind"] == kind) & (scores["name"] == name)].groupby("repeat")[metric].mean()


def nuisance(name: str, effect: str, means: pd.Series, base: float) -> dict[str, Any]:
    """Make one row of the budget from the mean scores of its draws, and that of the draw which varies nothing."""
    shift = float(means.mean()) - base
    return {
        "name": name,
        "effect": "random effect" if effect == "random" else "two-point choice",
        "n": len(means),
        "shift": shift,
        "uncertainty": float(means.std(ddof=1)) if effect == "random" else abs(shift) / 2,
        "counted": "in the statistical" if name in IN_STATISTICAL else "systematic",
    }
