"""Curves of a training: what a model noted of each of its epochs."""

import math
import numbers
from typing import Any, TypeGuard

# Of skorch's history: no numbers of a curve.
ASIDE = ("epoch", "dur", "batches", "train_batch_count", "valid_batch_count")


def of_fit(model: Any) -> dict[str, list[float | None]]:
    """
    Return the curves of a fitted model or of its last step, a number for each epoch, by name; {} if it noted none.

    A network of skorch has a ``history``, a multi-layer perceptron of scikit-learn a ``loss_curve_``.
    """
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    last = getattr(last, "best_estimator_", last)
    if (losses := getattr(last, "loss_curve_", None)) is not None:
        return {"train_loss": [float(loss) if is_number(loss) else None for loss in losses]}
    epochs = [epoch for epoch in getattr(last, "history", None) or [] if isinstance(epoch, dict)]
    named = dict.fromkeys(name for epoch in epochs for name, value in epoch.items() if is_number(value))
    values = {name: [epoch.get(name) for epoch in epochs] for name in named if name not in ASIDE}
    return {name: [float(value) if is_number(value) else None for value in column] for name, column in values.items()}


def is_number(value: Any) -> TypeGuard[float]:
    """Return whether a value is a number that a record can hold: of an epoch that failed the loss is none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
