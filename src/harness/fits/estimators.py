"""Estimators: what makes a scikit-learn estimator of any model that has ``fit`` and ``predict``."""

import contextlib
import copy
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.pipeline import Pipeline

from harness.method.splits import Folds


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
        self.classes_ = [np.unique(y[name]) for name in y] if isinstance(y, pd.DataFrame) else np.unique(y)
        return super().fit(X, y, **weights)


class PlainRegressor(RegressorMixin, Plain):
    """A regressor."""


def tagged(model: Any, task: str) -> Any:
    """Return the model, wrapped if it lacks the tags of a scikit-learn estimator."""
    if hasattr(model, "__sklearn_tags__"):
        return model
    return PlainClassifier(model) if task == "classification" else PlainRegressor(model)


def last_step(model: Any) -> Any:
    """Return a model, or of a pipeline the last step; of one that resamples its rows the whole."""
    while hasattr(model, "steps") and not any(hasattr(step, "fit_resample") for _, step in model.steps):
        model = model.steps[-1][1]
    return model


@contextlib.contextmanager
def files_in(model: Any, folder: Path | None) -> Iterator[None]:
    """
    Give a model that keeps files a folder of its own, while it is fitted.

    It is asked alone, or as the last step of a pipeline, by what it has: ``dirname``, as the callbacks of skorch that
    keep files have it, too. Whatever it says there, two fits at a time would write to one place.

    Parameters
    ----------
    model : object
        An unfitted model; what is set in it is taken back, so that no path is in a model that is shipped.
    folder : pathlib.Path or None
        Made if it is needed; None for one that is gone afterwards.
    """
    last = last_step(model)
    named = (item[-1] if isinstance(item, tuple | list) else item for item in getattr(last, "callbacks", None) or ())
    before = [(part, part.dirname) for part in (last, *named) if hasattr(part, "dirname")]
    with contextlib.ExitStack() as stack:
        if before:
            place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            place.mkdir(parents=True, exist_ok=True)
        for part, usual in before:
            stack.callback(setattr, part, "dirname", usual)
            part.dirname = str(place)
        yield


def keep_together(model: Any, cut: Callable[[int], Folds]) -> None:
    """
    Give a model that cuts its training rows again folds that keep dependent rows together.

    It is asked alone, or as the last step of a pipeline, by what it has: ``cv``, a number of folds, as a search has; or
    ``train_split`` with such a ``cv``, as a network of skorch has for the rows that stop its training early. The latter
    are the last of the folds, so that where there is a time, nothing is learned from rows after them.

    Parameters
    ----------
    model : object
        An unfitted model; what is set in it is set in place.
    cut : callable
        Returns that number of folds of the training rows.
    """
    last = last_step(model)
    cv = getattr(last, "cv", "its own")
    if isinstance(cv, int) or cv is None and hasattr(last, "refit"):  # a search; RidgeCV does without
        last.set_params(cv=cut(cv or 5))
    split: Any = getattr(last, "train_split", None)
    cv = getattr(split, "cv", None)
    if isinstance(cv, int | float):  # a number of folds, or the share of one
        split = copy.copy(split)
        split.cv, split.stratified, split.random_state = (
            [cut(cv if isinstance(cv, int) else round(1 / cv))[-1]],
            False,
            None,
        )
        last.set_params(train_split=split)


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


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """
    Raise KeyboardInterrupt after Ctrl-C or SIGTERM, whatever is called swallows it.

    A network of skorch takes it for a wish to stop early, and what it has learned by then would be kept as the fit.
    """
    now = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    usual = {sign: handler for sign, handler in now.items() if callable(handler)}
    heard: list[KeyboardInterrupt] = []

    def hear(sign: int, frame: Any) -> None:
        try:
            usual[signal.Signals(sign)](sign, frame)
        except KeyboardInterrupt as error:
            heard.append(error)
            raise

    if not usual or threading.current_thread() is not threading.main_thread():
        yield  # they reach another process, or another thread
        return
    for sign in usual:
        signal.signal(sign, hear)
    try:
        yield
    finally:
        for sign, handler in usual.items():
            signal.signal(sign, handler)
        if heard:
            raise heard[0]
