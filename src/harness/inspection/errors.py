"""Failure modes of the candidate: where, how and for whom it goes wrong on rows that it has not seen."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from harness.fits.recorded import Recorded, recall, resampled, score
from harness.method import statistics
from harness.plan.plan import Plan

WORST = 10
POINTS = 500  # of a scatter plot; more cannot be told apart


def failures(
    task: str,
    plan: Plan,
    scorer: Callable[..., float],
    predictions: pd.DataFrame,
    table: pd.DataFrame,
    scores: pd.DataFrame,
    units: pd.Series,
) -> dict[str, Any]:
    """
    Look at the outputs on unseen rows, of one repeat, for what a mean score hides.

    ``predictions`` and ``scores`` are as `evaluation.evaluate` gives them, ``table`` has all columns of the study, and
    whole ``units`` are resampled, see `splits.units`. What is returned is JSON; None where something is undefined, with
    the reason beside it.
    """
    model, truth = recall(predictions, "candidate", task)
    units = units[truth.index]
    facts: dict[str, Any] = {"task": task, "metric": plan.question.metric, "rows": len(truth)}
    facts |= {"confidence": plan.confidence, "learning": learning_curve(scores, plan.question.metric)}
    facts["subgroups"] = subgroups(model, truth, units, table.loc[truth.index, plan.rows.subgroups], plan, scorer)
    if isinstance(truth, pd.DataFrame):  # what follows is told of one target
        return facts | {"targets": [*truth]}
    if task == "classification":
        facts["confusion"] = confusion(truth, model.outputs["prediction"], model.classes)
        facts["calibration"] = calibration(truth, model, units, plan)
    else:
        facts["residuals"] = residuals(truth, model.outputs["prediction"], units, plan)
    return facts | {"worst": worst(task, model, truth), "everyone": everyone(task, predictions)}


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


def learning_curve(scores: pd.DataFrame, metric: str) -> list[dict[str, Any]]:
    """Mean and standard deviation over folds of the candidate's score by share of the training rows, all rows last."""
    whole = scores.query("kind == 'role' and name == 'candidate' and repeat == 0 and seed == 0").assign(name="1.0")
    rows, curve = whole["n_train"].mean(), pd.concat([scores[scores["kind"] == "learning"], whole])
    points = curve.groupby(curve["name"].astype(float))[metric].agg(["mean", "size", "std"])
    return [
        {"share": share, "rows": round(share * rows), "mean": mean, "n": n, "sd": sd if n > 1 else None}
        for share, mean, n, sd in points.itertuples()
    ]


def parts(column: pd.Series) -> list[tuple[str, pd.Index]]:
    """Cut a column into named parts: its values, or its quartiles if it is a number with more than four values."""
    if pd.api.types.is_numeric_dtype(column) and column.nunique() > 4:
        cut = pd.qcut(column, 4, duplicates="drop")
        bounds = [column.min(), *(part.right for part in cut.cat.categories)]
        names = [f"{low:.4g} to {high:.4g}" for low, high in zip(bounds[:-1], bounds[1:], strict=True)]
        column = cut.cat.rename_categories(dict(zip(cut.cat.categories, names, strict=True)))
    groups = column.groupby(column, observed=True)
    named = [(f"{name:g}" if isinstance(name, float) else str(name), rows.index) for name, rows in groups]
    return named + ([("missing", column.index[column.isna()])] if column.isna().any() else [])


def subgroups(
    model: Recorded,
    truth: pd.Series | pd.DataFrame,
    units: pd.Series,
    columns: pd.DataFrame,
    plan: Plan,
    scorer: Callable[..., float],
) -> list[dict[str, Any]]:
    """Score each part of each column by the primary metric, with a bootstrap interval over the units in it."""
    entries = []
    for column, name, rows in [("", "all", truth.index)] + [(c, *part) for c in columns for part in parts(columns[c])]:
        scored: dict[str, Any] = {"why": None}
        try:
            scored |= resampled(partial(score, scorer, model, truth.loc[rows]), units[rows], plan, column, name)
        except ValueError as error:
            scored = {"value": None, "low": None, "high": None, "why": str(error).partition("\n")[0]}
        entry = {"column": column, "part": name, "rows": len(rows), "units": int(units[rows].nunique())}
        entries.append(entry | scored)
    return entries


def worst(task: str, model: Recorded, truth: pd.Series) -> dict[str, Any]:
    """Name the rows that the candidate gets most wrong, with the measure by which it does."""
    predicted = model.outputs["prediction"]
    if task == "regression":
        measure, sizes = "|truth - prediction|", (truth - predicted).abs().sort_values(ascending=False, kind="stable")
    elif hasattr(model, "predict_proba"):
        probabilities, own = model.outputs[model.probabilities].to_numpy(), pd.Index(model.classes).get_indexer(truth)
        of_truth = pd.Series(probabilities[range(len(own)), own], truth.index)
        measure, sizes = "probability of the truth", of_truth.sort_values(kind="stable")
    else:
        measure, sizes = "wrong", (truth != predicted).astype(float)[truth != predicted]
    text = str if task == "classification" else "{:.6g}".format
    rows = [
        {"row": str(row), "truth": text(truth[row]), "prediction": text(predicted[row]), "size": float(sizes[row])}
        for row in sizes.index[:WORST]
    ]
    return {"measure": measure, "rows": rows}


def everyone(task: str, predictions: pd.DataFrame) -> dict[str, Any]:
    """
    Name the rows that every model but the floor gets wrong (regression: that are in the worst tenth of every model).

    More than ``expected``, the number for models that err independently, are hard, or wrong, in themselves.
    """
    wide = predictions[predictions["name"] != "floor"].pivot(index="row", columns="name")
    truth, prediction = wide["truth"], wide["prediction"]
    if task == "classification":
        wrong = pd.DataFrame(prediction != truth)
    else:
        size = pd.DataFrame(prediction - truth).astype(float).abs()
        wrong = size.rank(ascending=False, method="first") <= math.ceil(len(size) / 10)
    rows, expected = wrong.index[wrong.all(axis=1)], len(wrong) * float(np.prod(wrong.mean().to_numpy()))
    return {"rows": list(map(str, rows)), "roles": list(wrong.columns), "expected": expected}
