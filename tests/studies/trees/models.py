"""Two regressions on two numbers."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer


def squared(X):
    """Square the girth; times the height, where there is one, that is a cylinder but for a factor."""
    return np.asarray(X)[:, [0]] ** 2 * np.asarray(X)[:, 1:].prod(axis=1, keepdims=True)


def line(seed):
    """Linear regression on girth and height."""
    return LinearRegression()


def cylinder(seed):
    """Linear regression on girth squared times height."""
    return make_pipeline(FunctionTransformer(squared), LinearRegression())
