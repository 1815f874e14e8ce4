"""Recorded outputs behind an estimator's methods, so that any scorer works on any rows without another prediction."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.utils.metaestimators import available_if

from harness import seeds
from harness.exceptions import StudyError
from harness.method import statistics
from harness.method.plan import Plan

RESAMPLES = 200  # a scorer takes milliseconds; enough for an interval that decides nothing


def has(*columns: str) -> Any:
    """Make a method exist only where the outputs have its columns, as scorers expect of a model."""
    return available_if(lambda self: set(columns or self.probabilities or ["none"]) <= set(self.outputs.columns))


class Recorded(BaseEstimator):
    """
    A model that only remembers: it answers for the rows that it is asked about, by their names.

    Parameters
    ----------
    outputs : pandas.DataFrame
        Index: name of a row. Columns: ``prediction`` and, where the model gave them, ``probability of <class>`` for
        every class, and ``decision`` (its decision function, two classes).
    classes : list
        The classes as the model sorts them; empty for a regression.
    task : {"classification", "regression"}

    Examples
    --------
    >>> from sklearn.metrics import get_scorer
    >>> outputs = pd.DataFrame({"prediction": ["a", "b", "a"], "decision": [-1.0, 2.0, -3.0]}, ["x", "y", "z"])
    >>> rows = pd.DataFrame(index=["y", "z", "z"])  # z twice, as in a bootstrap
    >>> model = Recorded(outputs, ["a", "b"], "classification")
    >>> get_scorer("accuracy")(model, rows, ["b", "a", "b"]), get_scorer("roc_auc")(model, rows, ["b", "a", "b"])
    (0.6666666666666666, 0.75)
    """

    def __init__(self, outputs: pd.DataFrame, classes: list[Any], task: str) -> None:
        self.outputs, self.classes, self.task = outputs, classes, task

    def __sklearn_tags__(self) -> Any:
        """Say what scorers ask: classifier or regressor."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier" if self.task == "classification" else "regressor"
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        """There is nothing to fit."""
        return True

    @property
    def classes_(self) -> np.ndarray:
        """The classes, in the order of the columns of `predict_proba`."""
        return pd.Index(self.classes).to_numpy()

    @property
    def probabilities(self) -> list[str]:
        """Names of the columns with probabilities."""
        return [f"probability of {name}" for name in self.classes]

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the recorded predictions for the rows that the index of X names."""
        return self.outputs.loc[X.index, "prediction"].to_numpy()

    @has()
    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return the recorded probabilities, shape (rows, classes)."""
        return self.outputs.loc[X.index, self.probabilities].to_numpy(float)

    @has("decision")
    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Return the recorded decision function, shape (rows,)."""
        return self.outputs.loc[X.index, "decision"].to_numpy(float)


def recall(predictions: pd.DataFrame, name: str, task: str) -> tuple[Recorded, pd.Series]:
    """
    Return the recorded model of a role, and its true targets by the names of rows, in the order of the table.

    ``predictions`` are as `fit.evaluate` gives them: ``name``, ``row``, ``fold``, ``truth`` and the outputs.
    """
    own = predictions[predictions["name"] == name].set_index("row").dropna(axis="columns", how="all")
    classes = sorted(set(predictions["truth"])) if task == "classification" else []
    outputs = own.drop(columns=["name", "fold", "truth"]).fillna(0)  # no probability: training rows without the class
    return Recorded(outputs, classes, task), own["truth"]


def score(scorer: Callable[..., float], model: Recorded, truth: pd.Series, chosen: np.ndarray) -> float:
    """Score the rows in these positions; raise ValueError where the metric is undefined, as for a single class."""
    truth = truth.iloc[chosen]
    with warnings.catch_warnings(), config_context(skip_parameter_validation=True):  # that costs more than a score
        warnings.simplefilter("ignore")  # of classes that a part does not have: that is given as a reason
        try:
            value = float(scorer(model, pd.DataFrame(index=truth.index), truth.to_numpy()))
        except StudyError as error:  # of a metric of the study, which has scored every fold
            raise ValueError(str(error)) from error
    if math.isnan(value):
        raise ValueError(f"undefined on {len(truth)} rows with {truth.nunique()} value of the target")
    return value


def resampled(
    statistic: Callable[[np.ndarray], float], units: pd.Series, plan: Plan, *names: object, resamples: int = RESAMPLES
) -> dict[str, float | None]:
    """
    Give a function of positions of rows with its bootstrap interval, drawing whole units.

    Parameters
    ----------
    statistic : callable
        From positions of rows, shape (n,), to a number; it raises ValueError where it is undefined.
    units : pandas.Series
        Which unit, a group or itself, each row belongs to.
    *names : str
        What this use of randomness is called.

    Returns
    -------
    dict
        ``value``, ``low``, ``high``; undefined resamples are left out.
    """
    members = list(pd.Series(range(len(units))).groupby(units.to_numpy()).indices.values())

    def drawn(numbers: np.ndarray) -> float:
        try:
            return statistic(np.concatenate([members[number] for number in numbers]))
        except ValueError:
            return math.nan

    statistic(np.arange(len(units)))  # undefined for all rows is an error, for resamples it is not
    seed = seeds.noted(plan.evaluation.seed, "failures", *names)
    estimate = statistics.bootstrap(drawn, len(members), seed, plan.confidence, resamples)
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
