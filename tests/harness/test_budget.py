"""The error budget against sums of squares that are done by hand, and published ones."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from harness.method import budget
from harness.plan import plan, sections


def planned(**nuisances):
    return plan.Plan.model_validate(
        {
            "question": {
                "claim": "It is better.",
                "falsified_by": "It is not better.",
                "metric": "accuracy",
                "margin": 0.1,
                "why": "It is easy to see.",
                "agreed_with": "Nobody but this test.",
            },
            "data": {"target": "y", "features": ["x"]},
            "rows": {"dependence": "none", "reason": "They are drawn.", "sealed": 0.2},
            "models": dict.fromkeys(sections.ROLES[1:], "a"),
            "evaluation": {"seed": 0, "folds": 2, "repeats": 2},
            "nuisances": nuisances,
        }
    )


def row(kind, name, repeat, fold, score):
    return {
        "kind": kind,
        "name": name,
        "repeat": repeat,
        "seed": 0,
        "fold": fold,
        "accuracy": score,
        "n_train": 10,
        "n_test": 10,
    }


def draws(name, means, kind="nuisance"):
    """Return two folds a draw, 0.1 to each side of its mean."""
    return [
        row(kind, name, n, fold, mean + sign) for n, mean in enumerate(means) for fold, sign in ((0, -0.1), (1, 0.1))
    ]


def two(sd, around=0.9):
    """Return two values with this standard deviation."""
    return [around - sd / math.sqrt(2), around + sd / math.sqrt(2)]


ROLE = [row("role", "candidate", repeat, fold, 0.9 + 0.1 * (-1) ** fold) for repeat in range(2) for fold in range(2)]


def made(plan, *parts):
    return budget.budget(plan, pd.DataFrame([*ROLE, *(one for part in parts for one in part)]), "accuracy")


def test_quadrature():
    """0.940 with .004, .006 and .003 is 0.0078102; the two that are resampled are counted in the statistical."""
    parts = [draws("split", two(0.006)), draws("initialisation", two(0.003)), draws("row_order", two(0.004))]
    found = made(planned(), *parts, draws("all", two(0.0078102), "joint"))
    assert found["quadrature"] == pytest.approx(0.0078102, abs=5e-8) and found["ratio"] == pytest.approx(1, abs=1e-5)
    assert found["systematic"] == pytest.approx(0.004)
    assert {one["name"]: one["counted"] for one in found["rows"]} == {
        "split": "in the statistical",
        "initialisation": "in the statistical",
        "row_order": "systematic",
    }
    # 4 values, 2 up and 2 down by 0.1: variance 0.04 / 3, as many test as training rows
    assert found["statistical"] == pytest.approx(math.sqrt((1 / 4 + 1) * 0.04 / 3))
    assert found["total"] == pytest.approx(math.hypot(found["statistical"], 0.004))
    assert found["value"] == pytest.approx(0.9)


def test_the_published_budget_of_metrology():
    """GUM (JCGM 100), example H.1: 25, 9.7, 2.9 and 16.6 nm make 31.67, published as 32."""
    choices = {name: {"parameter": "p", "value": 1} for name in ("a", "b", "c", "d")}
    shifts = {"a": 50.0, "b": -19.4, "c": 5.8, "d": 33.2}  # a choice counts with half its shift
    parts = [draws(name, [0.9 + shift]) for name, shift in shifts.items()]
    found = made(planned(random=[], choices=choices), *parts, draws("all", two(1.0), "joint"))
    assert found["systematic"] == pytest.approx(31.67, abs=0.005) and round(found["systematic"]) == 32
    assert [one["shift"] for one in found["rows"]] == pytest.approx(list(shifts.values()))
    assert {one["effect"] for one in found["rows"]} == {"two-point choice"}


def test_the_ratio_that_was_measured():
    """Split .0152, initialisation .0127, order .0000: quadrature .0198; all jointly .0174, which is less."""
    parts = [draws("split", two(0.0152)), draws("initialisation", two(0.0127)), draws("row_order", two(0.0))]
    found = made(planned(), *parts, draws("all", two(0.0174), "joint"))
    assert round(found["quadrature"], 4) == 0.0198
    assert found["joint"] == pytest.approx(0.0174) and found["ratio"] == pytest.approx(0.0174 / 0.0198, abs=1e-3)
    assert found["systematic"] == pytest.approx(0, abs=1e-12)  # the finite test set is not added again


def test_without_nuisances_there_is_no_ratio():
    found = made(planned(random=[]))
    assert found["rows"] == [] and found["systematic"] == 0 and found["ratio"] is None and found["joint"] is None


def test_a_metric_that_the_candidate_cannot_give():
    scores = pd.DataFrame(ROLE).assign(neg_log_loss=np.nan)
    found = budget.budget(planned(random=[]), scores, "neg_log_loss")
    assert found["value"] is None and "cannot" in found["why"]


def test_seeds_are_averaged_and_the_base_is_the_first():
    """Further seeds and repeats make the value; a shift is from repeat 0, seed 0, which is what was varied."""
    more = [row("role", "candidate", 0, fold, 0.8 + 0.1 * (-1) ** fold) | {"seed": 1} for fold in range(2)]
    choice = {"other": {"parameter": "p", "value": 1}}
    found = made(planned(random=[], choices=choice), more, draws("other", [0.93]), draws("all", two(0.015), "joint"))
    assert found["rows"][0]["shift"] == pytest.approx(0.03) and found["rows"][0]["uncertainty"] == pytest.approx(0.015)
    assert found["value"] == pytest.approx((0.85 + 0.9) / 2)  # of two repeats, the first of two seeds
    by_fold = [0.95, 0.75, 1.0, 0.8]
    assert found["statistical"] == pytest.approx(math.sqrt((1 / 4 + 1) * np.var(by_fold, ddof=1)))
    json.dumps(found, allow_nan=False)


def test_a_score_that_does_not_vary_has_no_statistical_uncertainty():
    scores = pd.DataFrame(ROLE).assign(accuracy=1.0)
    found = budget.budget(planned(random=[]), scores, "accuracy")
    assert [found[key] for key in ("value", "statistical", "total", "systematic")] == [1.0, None, None, 0.0]
