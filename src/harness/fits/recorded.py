"""Recorded outputs behind an estimator's methods, so that any scorer works on any rows without another prediction."""

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.base import BaseEstimator
from sklearn.utils.metaestimators import available_if

from harness import seeds
from harness.exceptions import StudyError
from harness.method import statistics
from harness.plan.plan import Plan

RESAMPLES = 200  # a scorer takes milliseconds; enough for an interval that decides nothing


def has(columns: str) -> Any:
    """Make a method exist only where the outputs have its columns, as scorers expect of a model."""
    return available_if(lambda self: set(getattr(self, columns) or ["none"]) <= set(self.outputs.columns))


class Recorded(BaseEstimator):
    """
    A model that only remembers: it answers for the rows that it is asked about, by their names.

    Parameters
    ----------
    outputs : pandas.DataFrame
        Index: name of a row. Columns: ``prediction`` and, where the model gave them, ``probability of <class>`` for
        every class, and ``decision`` (its decision function, two classes).
    classes : list
        The classes as the model sorts them; empty for a regression, and of several targets.
    task : {"classification", "regression"}
    targets : list of str
        If there are several, whose columns are ``prediction of <target>`` and so on, as `fit.prediction_table` has it.

    Examples
    --------
    >>> from sklearn.metrics import get_scorer
    >>> outputs = pd.DataFrame({"prediction": ["a", "b", "a"], "decision": [-1.0, 2.0, -3.0]}, ["x", "y", "z"])
    >>> rows = pd.DataFrame(index=["y", "z", "z"])  # z twice, as in a bootstrap
    >>> model = Recorded(outputs, ["a", "b"], "classification")
    >>> get_scorer("accuracy")(model, rows, ["b", "a", "b"]), get_scorer("roc_auc")(model, rows, ["b", "a", "b"])
    (0.6666666666666666, 0.75)
    """

    def __init__(self, outputs: pd.DataFrame, classes: list[Any], task: str, targets: Sequence[str] = ()) -> None:
        self.outputs, self.classes, self.task, self.targets = outputs, classes, task, targets

    def __sklearn_tags__(self) -> Any:
        """Say what scorers ask: classifier or regressor."""
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier" if self.task == "classification" else "regressor"
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        """There is nothing to fit."""
        return True

    @property
    def classes_(self) -> Any:
        """The classes, in the order of the columns of `predict_proba`; of several labels each has two."""
        return [np.array([0, 1])] * len(self.targets) if self.targets else pd.Index(self.classes).to_numpy()

    @property
    def probabilities(self) -> list[str]:
        """Names of the columns with probabilities."""
        return [f"probability of {name}" for name in self.targets or self.classes]

    @property
    def decisions(self) -> list[str]:
        """Names of the columns with decisions."""
        return [f"decision for {name}" for name in self.targets] or ["decision"]

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the recorded predictions for the rows that the index of X names."""
        columns: Any = [f"prediction of {name}" for name in self.targets] or "prediction"
        return self.outputs.loc[X.index, columns].to_numpy()

    @has("probabilities")
    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return the recorded probabilities, shape (rows, classes)."""
        return self.outputs.loc[X.index, self.probabilities].to_numpy(float)

    @has("decisions")
    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Return the recorded decision function, shape (rows,), or (rows, targets)."""
        return self.outputs.loc[X.index, self.decisions if self.targets else "decision"].to_numpy(float)


def recall(predictions: pd.DataFrame, name: str, task: str) -> tuple[Recorded, pd.Series | pd.DataFrame]:
    """
    Return the recorded model of a role, and its true targets by the names of rows, in the order of the table.

    ``predictions`` are as `evaluation.evaluate` gives them: ``name``, ``row``, ``fold``, ``truth`` and the outputs.
    """
    own = predictions[predictions["name"] == name].set_index("row").dropna(axis="columns", how="all")
    if truths := [column for column in map(str, predictions) if column.startswith("truth of ")]:
        truth = own[truths].rename(columns=lambda column: column.removeprefix("truth of "))
        return Recorded(own.drop(columns=["name", "fold", *truths]), [], task, [*truth]), truth
    classes = sorted(set(predictions["truth"])) if task == "classification" else []
    outputs = own.drop(columns=["name", "fold", "truth"]).fillna(0)  # no probability: training rows without the class
    return Recorded(outputs, classes, task), own["truth"]


def score(scorer: Callable[..., float], model: Recorded, truth: pd.Series | pd.DataFrame, chosen: np.ndarray) -> float:
    """Score the rows in these positions; raise ValueError where the metric is undefined, as for a single class."""
    truth = truth.iloc[chosen]
    with warnings.catch_warnings(), config_context(skip_parameter_validation=True):  # that costs more than a score
        warnings.simplefilter("ignore")  # of classes that a part does not have: that is given as a reason
        try:
            value = float(scorer(model, pd.DataFrame(index=truth.index), truth.to_numpy()))
        except StudyError as error:  # of a metric of the study, which has scored every fold
            raise ValueError(str(error)) from error
    if math.isnan(value):
        values = len(truth.drop_duplicates())
        raise ValueError(f"undefined on {len(truth)} rows with {values} value of the target")
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
    codes, _ = pd.factorize(units, sort=True)
    rows, sizes = np.argsort(codes, kind="stable"), np.bincount(codes)  # rows by their units, and how many each has
    starts = np.cumsum(sizes) - sizes

    def drawn(numbers: np.ndarray) -> float:
        many = sizes[numbers]
        shifts = np.repeat(starts[numbers] - (np.cumsum(many) - many), many)
        try:
            return statistic(rows[shifts + np.arange(len(shifts))])
        except ValueError:
            return math.nan

    statistic(np.arange(len(units)))  # undefined for all rows is an error, for resamples it is not
    seed = seeds.noted(plan.evaluation.seed, "failures", *names)
    estimate = statistics.bootstrap(drawn, len(sizes), seed, plan.confidence, resamples)
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
