"""Estimators: what makes a scikit-learn estimator of any model that has ``fit`` and ``predict``."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.pipeline import Pipeline


class Plain(BaseEstimator):
    """A model that is no scikit-learn estimator, behind the interface of one."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __getattr__(self, name: str) -> Any:
        """Offer what the model offers, such as ``predict_proba``."""
        if name == "model" or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.model, name)

    def fit(self, X: pd.DataFrame, y: pd.Series, **weights: Any) -> Self:
        """Fit the model."""
        self.model.fit(X, y, **weights)
        return self

    def predict(self, X: pd.DataFrame) -> Any:
        """Predict by the model."""
        return self.model.predict(X)


class PlainClassifier(ClassifierMixin, Plain):
    """A classifier; ``classes_`` are those of the training rows, sorted, as scorers expect them."""

    def fit(self, X: pd.DataFrame, y: pd.Series, **weights: Any) -> Self:
        """Fit the model."""
        self.classes_ = np.unique(y)
        return super().fit(X, y, **weights)


class PlainRegressor(RegressorMixin, Plain):
    """A regressor."""


def tagged(model: Any, task: str) -> Any:
    """Return the model, wrapped if it lacks the tags of a scikit-learn estimator."""
    if hasattr(model, "__sklearn_tags__"):
        return model
    return PlainClassifier(model) if task == "classification" else PlainRegressor(model)


def parts(model: Any) -> tuple[Callable[[pd.DataFrame], np.ndarray], Any]:
    """Take a fitted model apart: what it does before its last step, as a function to an array, and that step."""
    model = getattr(model, "best_estimator_", model)
    before, last = (model[:-1], model[-1]) if isinstance(model, Pipeline) else (None, model)

    def prepare(X: pd.DataFrame) -> np.ndarray:
        prepared: Any = X if before is None else before.transform(X)
        return np.asarray(prepared.toarray() if sparse.issparse(prepared) else prepared, float)

    return prepare, getattr(last, "best_estimator_", last)


def features_out(model: Any, given: int) -> int:
    """Count the features that the last step of a model, or of the best that a search found, was given."""
    return getattr(parts(model)[1], "n_features_in_", given)
