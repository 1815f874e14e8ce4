"""SHAP values, and the trees' own importance, told per input column whatever the preparation made of it."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from harness.fits.estimators import parts

BACKGROUND, ORDERS = 20, 3  # rows, and orders of the columns, that a model-agnostic SHAP value averages over
AT_ONCE = 10_000  # rows that are prepared at a time: what texts become is many times their size
EXACT = 1e-6  # of the largest output: SHAP values that add up less well are not shown

Output = Callable[[pd.DataFrame], np.ndarray]  # from rows to an array of shape (rows, columns)


def moved(X: pd.DataFrame, columns: list[str], order: np.ndarray) -> pd.DataFrame:
    """Return X with the values of some columns in another order of rows."""
    return X.assign(**{name: X[name].iloc[order].set_axis(X.index) for name in columns})


def outputs(model: Any, y: pd.Series, task: str, methods: list[str]) -> tuple[str, list[Any], Output]:
    """
    Choose the output to explain: by the first of the methods that the model has, else by ``predict``.

    Return its kind, the classes that it is for (of two only the second, since the first mirrors it), and a function.
    """
    if task == "regression":
        return "prediction", [""], lambda X: np.asarray(model.predict(X), float).reshape(len(X), 1)
    classes = np.asarray(getattr(model, "classes_", np.unique(y)))
    names = classes[1:] if len(classes) == 2 else classes
    method = next((name for name in methods if hasattr(model, name)), "predict")
    if method == "predict":
        return "prediction of", list(names), lambda X: (np.reshape(model.predict(X), (-1, 1)) == names).astype(float)
    kind = {"predict_proba": "probability of", "decision_function": "decision for"}[method]
    return kind, list(names), lambda X: np.reshape(getattr(model, method)(X), (len(X), -1))[:, -len(names) :]


def origins(prepare: Output, X: pd.DataFrame) -> np.ndarray:
    """
    Find by trial what each input column became: the prepared columns that change when its values move one row down.

    Return an array of bool, shape (input columns, prepared columns); ValueError if columns are mixed, as by a PCA.
    """
    above, changed = np.roll(np.arange(len(X)), 1), np.zeros((X.shape[1], 1), bool)
    for first in range(0, len(X), AT_ONCE):
        rows = X.iloc[first : first + AT_ONCE]
        others = X.iloc[above[first : first + AT_ONCE]].set_axis(rows.index)
        before = prepare(rows)
        trials = (prepare(rows.assign(**{name: others[name]})) for name in X.columns)
        differ = [((before != after) & ~(np.isnan(before) & np.isnan(after))).any(axis=0) for after in trials]
        changed = changed | differ
    if (changed.sum(axis=0) > 1).any():
        raise ValueError("the preparation mixes columns")
    return changed


def tree_importance(model: Any, X_train: pd.DataFrame) -> dict[str, float] | None:
    """Importance by the model's own trees, summed per input column, or None where there is no such thing."""
    prepare, last = parts(model)
    try:
        importance = last.feature_importances_ @ origins(prepare, X_train).T
        return dict(zip(X_train.columns, importance.tolist(), strict=True))
    except (AttributeError, TypeError, ValueError):
        return None


def shap_values(
    model: Any, X_train: pd.DataFrame, rows: pd.DataFrame, y: pd.Series, task: str, seed: int
) -> dict[str, Any]:
    """Mean absolute SHAP value of each input column: by the trees where that adds up, else by trying the model."""
    reasons = []
    for method, (explained, of) in METHODS.items():
        try:
            with warnings.catch_warnings(action="ignore"):  # of shap's dependencies, and of columns without a name
                kind, names, output = outputs(model, y, task, of)
                values, base = explained(model, X_train, rows, output, seed)
                wanted = output(rows)
            values = np.reshape(values, (*rows.shape, -1))[..., -len(names) :]
            base = np.reshape(base, (len(rows), -1))[:, -len(names) :]
        except Exception as error:  # shap refuses a model by whatever exception it meets inside
            reasons.append(f"{method}: {type(error).__name__}: {error}")
            continue
        gap = float(np.abs(values.sum(axis=1) + base - wanted).max())
        if gap <= EXACT * max(1, np.abs(wanted).max()):
            means = dict(zip(rows.columns, np.abs(values).mean(axis=(0, 2)).tolist(), strict=True))
            text = f"{kind} {names[0] if len(names) == 1 else 'each class'}".strip()
            return {"method": method, "mean_abs": means, "additivity": gap, "rows": len(rows), "output": text}
        reasons.append(f"{method}: the values miss the output by {gap:.1e}")
    return {"method": None, "why": "; ".join(reasons)}


def by_trees(model: Any, X_train: pd.DataFrame, rows: pd.DataFrame, output: Output, seed: int) -> tuple[Any, Any]:
    """Values and base of the last step, exact for trees (Lundberg et al. 2020), summed per input column."""
    import shap  # numba, behind it, takes a second to load, and a run whose fits are kept needs neither

    prepare, last = parts(model)
    explainer = shap.TreeExplainer(last, feature_perturbation="tree_path_dependent")
    values = explainer(prepare(rows), check_additivity=False)
    return np.einsum("rp...,ip->ri...", values.values, origins(prepare, X_train)), values.base_values


def by_permutation(model: Any, X_train: pd.DataFrame, rows: pd.DataFrame, output: Output, seed: int) -> tuple[Any, Any]:
    """Values and base by swapping cells with background rows; a cell is named by its row: text and gaps pass too."""
    import shap  # as above

    table = pd.concat([X_train.sample(min(BACKGROUND, len(X_train)), random_state=seed), rows])
    cells = np.tile(np.arange(len(table))[:, None], table.shape[1])

    def of_cells(cells: np.ndarray) -> np.ndarray:
        picked = {name: table[name].array.take(cells[:, n].astype(int)) for n, name in enumerate(table.columns)}
        return output(pd.DataFrame(picked))

    explainer = shap.PermutationExplainer(of_cells, shap.maskers.Independent(cells[: -len(rows)]), seed=seed)
    values = explainer(cells[-len(rows) :], max_evals=ORDERS * (2 * table.shape[1] + 1), silent=True)
    return values.values, values.base_values


# How to compute SHAP values, and which output of a classifier they are of: trees add up to their decisions.
METHODS = {
    "TreeExplainer": (by_trees, ["decision_function", "predict_proba"]),
    "PermutationExplainer": (by_permutation, ["predict_proba", "decision_function"]),
}
