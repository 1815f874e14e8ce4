"""Four ways to tell how the stripes run."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler


def stacked(X):
    """Stack the pictures: rows, height, width."""
    return np.stack(X["image"].tolist()) / 255


def brightness(X):
    """Return the mean of each picture."""
    return stacked(X).mean(axis=(1, 2))[:, None]


def pixels(X):
    """Return each pixel as a column."""
    return stacked(X).reshape(len(X), -1)


def changes(X):
    """Return how much neighbours differ, down and across (Haralick et al. 1973, IEEE Trans. SMC 3, 610-621)."""
    images = stacked(X)
    return np.column_stack([np.abs(np.diff(images, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2)])


def by(features, seed):
    """Logistic regression on some features of a picture."""
    return make_pipeline(FunctionTransformer(features), StandardScaler(), LogisticRegression(random_state=seed))


def by_brightness(seed):
    """By how bright the picture is."""
    return by(brightness, seed)


def by_pixels(seed):
    """By all pixels."""
    return by(pixels, seed)


def by_changes(seed):
    """By how much neighbours differ."""
    return by(changes, seed)
