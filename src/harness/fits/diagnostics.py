"""Diagnostics of a fit: it did not converge; how much a search tried, and whether its best lies at an edge of that."""

import numbers
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from sklearn.exceptions import ConvergenceWarning

NATURAL = (0, 1)  # a parameter can often go no lower: a share, a number of neighbours, of rows in a leaf


@contextmanager
def convergence() -> Iterator[list[str]]:
    """Collect the first line of each convergence warning, even where a filter silences them."""
    messages: list[str] = []
    warn = warnings.warn

    def listen(
        message: Any, category: type[Warning] | None = None, stacklevel: int = 1, source: Any = None, **options: Any
    ) -> None:
        kind = type(message) if isinstance(message, Warning) else category
        if kind is not None and issubclass(kind, ConvergenceWarning):
            messages.append(str(message).strip().partition("\n")[0])
        warn(message, category, stacklevel + 1, source, **options)

    warnings.warn = listen
    try:
        yield messages
    finally:
        warnings.warn = warn


def parts(model: Any) -> list[Any]:
    """Return a model and, of a pipeline, its steps: what may be a search."""
    return [model, *(step for _, step in getattr(model, "steps", []))]


def trials(model: Any) -> int:
    """Count the settings that a search tried, in scikit-learn's ``cv_results_`` or Optuna's ``n_trials_``."""
    listed = sum(len(part.cv_results_["params"]) for part in parts(model) if hasattr(part, "cv_results_"))
    return listed + sum(int(getattr(part, "n_trials_", 0)) for part in parts(model))


def tried(scores: pd.DataFrame) -> dict[str, int]:
    """Return how many settings the model of each role tried in a fit, at most; 1 where nothing is searched."""
    most = scores[scores["kind"] == "role"].groupby("name", sort=False)["trials"].max()
    return {str(role): max(1, int(number)) for role, number in most.items()}


def at_edge(model: Any) -> list[str]:
    """
    Name the parameters whose best value is the lowest or highest of the three or more numbers that a search tried.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.model_selection import GridSearchCV
    >>> X, y = np.arange(20.0).reshape(-1, 1), np.arange(20.0)
    >>> at_edge(GridSearchCV(Ridge(), {"alpha": [10, 100, 1000]}).fit(X, y))
    ['alpha = 10 is the lowest of 3 values']
    """
    listed = [part for part in parts(model) if hasattr(part, "param_grid")]  # what was drawn at random has no edge
    return [text for search in listed for text in edges(search.best_params_, search.cv_results_["params"])]


def edges(best: dict[str, Any], settings: list[dict[str, Any]]) -> list[str]:
    """Name the parameters whose best value is the lowest or highest of the three or more numbers among settings."""
    texts = []
    for name, value in best.items():
        tried = [setting[name] for setting in settings if name in setting]
        if not all(isinstance(each, numbers.Real) and not isinstance(each, bool) for each in tried):
            continue
        low_to_high = sorted(set(tried))
        if len(low_to_high) < 3 or (value == low_to_high[0] and value in NATURAL):
            continue
        for end, word in ((low_to_high[0], "lowest"), (low_to_high[-1], "highest")):
            if value == end:
                texts.append(f"{name} = {value:g} is the {word} of {len(low_to_high)} values")
    return texts


def of_fit(convergence_warnings: list[str], edges_of_search: list[str]) -> str:
    """Return in a line what a fit reports of itself; "" if there is nothing to say."""
    unconverged = [f"no convergence: {message}" for message in dict.fromkeys(convergence_warnings)]
    return "; ".join([*unconverged, *edges_of_search])
