"""How outputs agree with the truth: confusion, calibration, residuals."""

import math
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from harness.method import statistics
from harness.method.plan import Plan
from harness.method.recorded import Recorded, resampled

POINTS = 500  # of a scatter plot; more cannot be told apart


def confusion(truth: pd.Series, predicted: pd.Series, classes: list[Any]) -> dict[str, Any]:
    """Count the rows of each class (down) by what they were taken for (across)."""
    counts = confusion_matrix(truth, predicted, labels=classes)
    return {"classes": list(map(str, classes)), "counts": counts.tolist()}


def calibration(truth: pd.Series, model: Recorded, units: pd.Series, plan: Plan) -> dict[str, Any]:
    """
    Compare probabilities with what happened, class by class (two classes: the second), in bins of equally many rows.

    Return ``why`` there is none, or ``classes``: a list with ``brier`` (mean squared error of the probability, with a
    bootstrap interval), the same of always saying the ``share`` of the class (``brier_of_share``), ``error`` (expected
    calibration error: mean distance of probability and share over the bins, weighted by rows; Naeini et al. 2015,
    AAAI), ``noise`` (what it would be on average for a calibrated model with so few rows), and ``bins``, each with the
    Wilson interval of its share.
    """
    if not hasattr(model, "predict_proba"):
        return {"why": "the candidate gives no probabilities", "classes": []}
    probabilities, classes = model.outputs[model.probabilities], []
    for name, column in list(zip(model.classes, probabilities, strict=True))[len(model.classes) == 2 :]:
        rows = pd.DataFrame({"said": probabilities[column], "hit": (truth == name).astype(float)})
        ranks = rows["said"].rank()  # not their quantiles: those of many 0 and 1 would throw the two into one bin
        cut = pd.cut(ranks, min(10, max(2, len(rows) // 20)), labels=False)
        bins = rows.groupby(cut).agg(said=("said", "mean"), share=("hit", "mean"), n=("hit", "size"))
        hits = (bins["share"] * bins["n"]).round().astype(int)
        limits = [statistics.proportion_interval(*pair, plan.confidence) for pair in zip(hits, bins["n"], strict=True)]
        bins[["low", "high"]] = limits
        spread = np.sqrt(2 / np.pi * bins["said"] * (1 - bins["said"]) / bins["n"])  # mean size of a normal deviation
        share, weight = rows["hit"].mean(), bins["n"] / len(rows)
        squares = ((rows["said"] - rows["hit"]) ** 2).to_numpy()
        numbers = {
            "class": str(name),
            "share": float(share),
            "brier_of_share": float(share * (1 - share)),
            "error": float((weight * (bins["said"] - bins["share"]).abs()).sum()),
            "noise": float((weight * spread).sum()),
            "brier": resampled(partial(mean_at, squares), units, plan, "brier", name),
            "bins": bins.to_dict("records"),
        }
        classes.append(numbers)
    return {"why": None, "classes": classes}


def mean_at(values: np.ndarray, chosen: np.ndarray) -> float:
    """Return the mean of the values in some places."""
    return float(values[chosen].mean())


def residuals(truth: pd.Series, predicted: pd.Series, units: pd.Series, plan: Plan) -> dict[str, Any]:
    """Describe truth minus prediction, in units of the target; at most `POINTS` rows, evenly by truth, for the plot."""
    residual = truth - predicted
    order = truth.sort_values(kind="stable").index[:: math.ceil(len(truth) / POINTS)]
    names = ["smallest", "lower quartile", "median", "upper quartile", "largest"]
    return {
        "mean": resampled(partial(mean_at, residual.to_numpy()), units, plan, "residual"),
        "sd": float(residual.std()),
        "quantiles": dict(zip(names, map(float, residual.quantile([0, 0.25, 0.5, 0.75, 1])), strict=True)),
        "points": [[float(predicted[row]), float(residual[row])] for row in order],
    }
