"""Scales: what a metric is called, its unit, which way is better, and where it ends.

A record holds scores as scorers give them, the higher the better, so that an error is negated there. What is shown has
the natural sign: only `Scale` turns one into the other.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

WRITTEN = {  # parts of the names of scorers
    "auc": "AUC", "corrcoef": "correlation", "d2": "D\u00b2", "f1": "F1", "jaccard": "Jaccard", "matthews": "Matthews",
    "ovo": "one-vs-one", "ovr": "one-vs-rest", "r2": "R\u00b2", "rand": "Rand", "roc": "ROC",
}  # fmt: skip
UNLIMITED = ("positive_likelihood_ratio", "mutual_info_score")  # all other scorers that are not negated end at 1
SHARES = (  # these begin at 0
    "accuracy", "average_precision", "balanced_accuracy", "completeness", "f1", "fowlkes", "homogeneity", "jaccard",
    "normalized_mutual", "precision", "recall", "roc_auc", "top_k", "v_measure",
)  # fmt: skip
ENDS = ("value", "low", "high")  # of an estimate


class Scale(NamedTuple):
    """The scale of a metric, as readers know it."""

    label: str
    unit: str
    sign: int  # -1 where lower is better
    low: float
    high: float

    @property
    def title(self) -> str:
        """Label and unit, for the head of a column or an axis."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def better(self) -> str:
        """Which way is better."""
        return "higher" if self.sign > 0 else "lower"

    @property
    def worse(self) -> str:
        """Which way is worse."""
        return "lower" if self.sign > 0 else "higher"

    @property
    def loss(self) -> str:
        """What a score that gets worse is called: the loss of an accuracy is the rise of an error."""
        return f"{'loss' if self.sign > 0 else 'rise'} of {self.title}"

    def measured(self, text: str) -> str:
        """Put the unit after a number."""
        return f"{text} {self.unit}".rstrip()

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest score, by the sign that scorers give."""
        return (self.low, self.high) if self.sign > 0 else (0.0 - self.high, 0.0 - self.low)

    def turned(self, item: Any) -> Any:
        """
        Return a score, or an estimate of one or of a difference, with its natural sign; None stays None.

        Examples
        --------
        >>> scale("neg_log_loss").turned({"value": -0.25, "low": -0.5, "high": 0.0})
        {'value': 0.25, 'low': 0.0, 'high': 0.5}
        """
        if item is None or self.sign > 0:
            return item
        if not isinstance(item, dict):
            return 0.0 - item
        value, low, high = (self.turned(item[end]) for end in ENDS)
        return item | {"value": value, "low": high, "high": low}


def limits(metric: str) -> tuple[float, float]:
    """
    Return the smallest and the largest value of a metric of scikit-learn, as it is shown.

    Examples
    --------
    >>> limits("roc_auc"), limits("r2"), limits("neg_log_loss")
    ((0.0, 1.0), (-inf, 1.0), (0.0, inf))
    """
    if metric.startswith("neg_"):
        return 0.0, math.inf
    return 0.0 if metric.startswith(SHARES) else -math.inf, math.inf if metric in UNLIMITED else 1.0


def scale(metric: str, stated: Mapping[str, Any] | None = None) -> Scale:
    """
    Return the scale of a metric: of one of scikit-learn by its name, of one's own by what the plan states of it.

    Examples
    --------
    >>> [scale(name).title for name in ("roc_auc", "balanced_accuracy", "neg_log_loss")]
    ['ROC AUC', 'balanced accuracy', 'log loss']
    >>> scale("mean_error", {"label": "MAE", "unit": "mpg", "greater_is_better": False, "low": 0.0})
    Scale(label='MAE', unit='mpg', sign=-1, low=0.0, high=inf)
    """
    stated = stated or {}
    parts = [WRITTEN.get(part, part) for part in metric.removeprefix("neg_").split("_")]
    label, unit = stated.get("label") or " ".join(parts), stated.get("unit") or ""
    greater = stated.get("greater_is_better")
    if greater is None:
        return Scale(label, unit, -1 if metric.startswith("neg_") else 1, *limits(metric))
    low, high = stated.get("low"), stated.get("high")
    ends = -math.inf if low is None else low, math.inf if high is None else high
    return Scale(label, unit, 1 if greater else -1, *ends)


def scales(run: Mapping[str, Any]) -> dict[str, Scale]:
    """Return the scale of each metric of a recorded run, the primary one first."""
    stated = run["plan"].get("metrics", {})
    return {metric: scale(metric, stated.get(metric)) for metric in run["metrics"]}


def primary(run: Mapping[str, Any]) -> Scale:
    """Return the scale of a run's primary metric."""
    return next(iter(scales(run).values()))


def directions(known: Iterable[Scale]) -> str:
    """
    Say which way is better, for a table of several metrics.

    Examples
    --------
    >>> directions([scale("roc_auc")]), directions([scale("r2"), scale("neg_log_loss")])
    ('higher is better', 'higher is better, lower for log loss')
    """
    known = list(known)
    lower = [one.label for one in known if one.sign < 0]
    if len(lower) in (0, len(known)):
        return f"{known[0].better} is better"
    return f"higher is better, lower for {' and '.join(lower)}"
