"""Metrics: scorers of scikit-learn by their names, and functions of study/metrics.py, as the plan describes them."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import get_scorer, get_scorer_names, make_scorer

from harness import files
from harness.exceptions import StudyError, blame, refusal
from harness.plan.plan import Plan
from harness.scales import Scale
from harness.study import metric_functions

Scorers = dict[str, Callable[..., float]]  # by metric, the primary one first; a higher score is better
UNDEFINED = (AttributeError, TypeError, ValueError)  # what scorers raise for a model or target they are not made for
OWN = ("greater_is_better", "low", "high", "response_method")  # of scikit-learn's metrics it knows these itself


class Own:
    """
    A function of study/metrics.py, as scikit-learn calls one of its own; what it returns must lie in its range.

    Its signature is the function's, so that scikit-learn hands on what it takes, such as ``sample_weight``.
    """

    def __init__(self, name: str, function: Callable[..., float], scale: Scale) -> None:
        self.name, self.__wrapped__, self.scale = name, function, scale

    def __call__(self, truth: Any, said: Any, **more: Any) -> float:
        """Measure; raise StudyError where that fails, or gives what cannot be."""
        try:
            value = float(self.__wrapped__(np.asarray(truth), np.asarray(said), **more))
        except Exception as error:  # it is the study's code
            raise blame(error, self.name, "study/metrics.py") from error
        if not (math.isfinite(value) and self.scale.low <= value <= self.scale.high):
            known = f"and its range goes from {self.scale.low:g} to {self.scale.high:g}"
            wrong = known if math.isfinite(value) else "which is no number"
            raise StudyError(f"study/metrics.py: {self.name}: it gives {value:g}, {wrong}")
        return value


class Weighted:
    """A scorer that knows, by the names of rows, how much each counts."""

    def __init__(self, scorer: Callable[..., float], weights: pd.Series) -> None:
        self.scorer, self.weights = scorer, weights

    def __call__(self, model: Any, X: pd.DataFrame, y: Any) -> float:
        """Score the rows of X."""
        return self.scorer(model, X, y, sample_weight=self.weights.loc[X.index].to_numpy())


def weighted(scorers: Scorers, weights: pd.Series | None) -> Scorers:
    """Return the scorers of a data set: weighted, if its rows are."""
    return scorers if weights is None else {name: Weighted(scorer, weights) for name, scorer in scorers.items()}


def scorers(plan: Plan) -> Scorers:
    """Return the scorer of each metric of the plan, as scikit-learn's `get_scorer` and `make_scorer` make them."""
    known = set(get_scorer_names())
    functions = metric_functions() if set(plan.metric_names) - known else {}
    made: Scorers = {}
    for name in plan.metric_names:
        if name in known:
            made[name] = get_scorer(name)
        else:
            own, scale = plan.metrics[name], plan.scales[name]
            how = {"greater_is_better": scale.sign > 0, "response_method": own.response_method}
            made[name] = make_scorer(Own(name, functions[name], scale), **how)
    return made


def problems(plan: Plan) -> Iterator[str]:
    """Yield a message for each metric of the plan that is none, or is not described as it must be."""
    known = set(get_scorer_names())
    functions = metric_functions() if set(plan.metric_names) - known else {}
    for name in plan.metric_names:
        stated = plan.metrics.get(name)
        if name not in known | functions.keys():
            what = "a scorer of scikit-learn or a function of study/metrics.py"
            yield refusal(files.PLAN, "[question] metric", name, what, sorted(known | functions.keys()))
        elif name in known and stated:
            for key in sorted(stated.model_fields_set & {*OWN}):
                yield f"{files.PLAN}: [metrics.{name}] {key}: scikit-learn says that of its metrics. Delete the line."
        elif name not in known and (stated is None or stated.greater_is_better is None):
            place = f"{files.PLAN}: [metrics.{name}]: it is a function of study/metrics.py"
            yield f"{place}, so say which way is better: greater_is_better = true or false"
        if name in known & functions.keys():
            yield f"study/metrics.py: {name}: scikit-learn has a metric of that name. Take another."


def scores_of(
    model: Any, X: pd.DataFrame, y: pd.Series | pd.DataFrame, scorers: Scorers, name_of_model: str
) -> dict[str, float]:
    """Score a fitted model; a further metric that it does not admit is NaN, the primary one must be a number."""
    scores = dict.fromkeys(scorers, math.nan)
    primary = next(iter(scorers))
    reasons: dict[str, Exception] = {}
    for name, scorer in scorers.items():
        try:
            scores[name] = float(scorer(model, X, y))
        except StudyError as error:
            raise StudyError(f"{error} ({name_of_model})") from error
        except UNDEFINED as error:
            reasons[name] = error
    if math.isnan(scores[primary]):
        reason = reasons.get(primary, "fewer folds?")
        message = f"{primary!r} cannot score {name_of_model} (study/models.py) on {len(y)} rows: {reason}"
        alike = [name for name in get_scorer_names() if name.startswith(f"{primary}_")]
        if alike and primary in reasons:
            message += f"; of its kind there are {', '.join(alike)}"
        raise StudyError(f"study/plan.toml: [question] metric: {message}")
    return scores
