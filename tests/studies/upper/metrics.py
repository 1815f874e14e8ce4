"""Metrics of a quantile: nine waits of ten should be shorter than what is said."""

from functools import partial

import numpy as np
from sklearn.metrics import mean_pinball_loss

upper_loss = partial(mean_pinball_loss, alpha=0.9)


def kept(truth, said):
    """Share of the callers who waited no longer than they were told."""
    return np.mean(truth <= said)
