"""Estimators: what makes a scikit-learn estimator of any model that has ``fit`` and ``predict``."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin


class Plain(BaseEstimator):
    """A model that is no scikit-learn estimator, behind the interface of one."""

    def __init__(self, model):
        self.model = model

    def __getattr__(self, name):
        """Offer what the model offers, such as ``predict_proba``."""
        if name == "model" or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.model, name)

    def fit(self, X, y):
        """Fit the model."""
        self.model.fit(X, y)
        return self

    def predict(self, X):
        """Predict by the model."""
        return self.model.predict(X)


class PlainClassifier(ClassifierMixin, Plain):
    """A classifier; ``classes_`` are those of the training rows, sorted, as scorers expect them."""

    def fit(self, X, y):
        """Fit the model."""
        self.classes_ = np.unique(y)
        return super().fit(X, y)


class PlainRegressor(RegressorMixin, Plain):
    """A regressor."""


def tagged(model, task):
    """Return the model, wrapped if it lacks the tags of a scikit-learn estimator."""
    if hasattr(model, "__sklearn_tags__"):
        return model
    return PlainClassifier(model) if task == "classification" else PlainRegressor(model)
