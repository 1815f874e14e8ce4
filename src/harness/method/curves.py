"""Curves of a training: what a model noted of each of its epochs."""

import numbers
from typing import Any

# Of skorch's history: no numbers of a curve.
ASIDE = ("epoch", "dur", "batches", "train_batch_count", "valid_batch_count")


def of_fit(model: Any) -> dict[str, list[float]]:
    """
    Return the curves of a fitted model or of its last step, a number for each epoch, by name; {} if it noted none.

    A network of skorch has a ``history``, a multi-layer perceptron of scikit-learn a ``loss_curve_``.
    """
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    last = getattr(last, "best_estimator_", last)
    if (losses := getattr(last, "loss_curve_", None)) is not None:
        return {"train_loss": [float(loss) for loss in losses]}
    epochs = [epoch for epoch in getattr(last, "history", None) or [] if isinstance(epoch, dict)]
    first = epochs[0] if epochs else {}
    names = [name for name, value in first.items() if isinstance(value, numbers.Real) and not isinstance(value, bool)]
    return {name: [float(epoch[name]) for epoch in epochs] for name in names if name not in ASIDE}
