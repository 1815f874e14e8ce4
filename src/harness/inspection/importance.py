"""Explanation: what the candidate uses, told per input column, on rows it has not seen, beside a column of noise."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from sklearn.inspection import permutation_importance

from harness import cells, seeds
from harness.inspection.occlusion import occlusion
from harness.inspection.shap import Output, moved, outputs, shap_values, tree_importance
from harness.method.jobs import PLANTED, Job
from harness.study import Dataset

SHUFFLES = 10
CORRELATED = 0.7  # Spearman's rho from which two columns can stand in for each other
SEVERAL = "they are not made for several targets"
ROWS, CURVES, GRID = 50, 30, 20  # rows that are explained, curves and grid points of a dependence


def clusters(X: pd.DataFrame) -> list[list[str]]:
    """
    Group the numeric columns that stand in for each other; shuffled alone, each would seem not to matter.

    They are joined by average linkage where the mean absolute Spearman correlation is at least `CORRELATED`.
    """
    numbers = X.select_dtypes("number")
    if numbers.shape[1] < 2:
        return []
    distance = 1 - numbers.corr("spearman").abs().fillna(0).to_numpy()
    tree = hierarchy.linkage(squareform(distance, checks=False), "average")
    labels = hierarchy.fcluster(tree, 1 - CORRELATED, "distance")
    groups = [list(numbers.columns[labels == label]) for label in np.unique(labels)]
    return [group for group in groups if len(group) > 1]


def inspect(model: Any, job: Job, dataset: Dataset, scorer: Callable[..., float]) -> dict[str, Any]:
    """Look into the fitted model of a job, on the rows that it has not seen: see `explain`."""
    seed, columns = seeds.child(job.model_seed, "explain", job.fold), [name for name in job.columns if name != PLANTED]
    together = clusters(dataset.X[columns])
    X_train, X = (dataset.X.iloc[rows][job.columns] for rows in (job.train, job.test))
    return explain(model, X_train, X, dataset.y.iloc[job.test], scorer, job.task, seed, together)


def explain(
    model: Any,
    X_train: pd.DataFrame,
    X: pd.DataFrame,
    y: pd.Series | pd.DataFrame,
    scorer: Callable[..., float],
    task: str,
    seed: int,
    clusters: list[list[str]],
) -> dict[str, Any]:
    """
    Look into a model that was fitted on ``X_train``, by rows ``X`` it has not seen; `PLANTED` is one of the columns.

    Return, as JSON can have it: ``importance`` and ``together``, what the score loses in each of `SHUFFLES` shuffles of
    a column or a cluster (Breiman 2001); ``tree``, importance by the trees' own account of their training rows, or
    None; ``shap`` (Lundberg and Lee 2017); ``dependence``, partial dependence (Friedman 2001) of ``output`` with its
    curves for single rows (ICE, Goldstein et al. 2015); ``occlusion`` of texts and arrays, which have no dependence.
    """
    lost = permutation_importance(model, X, y, scoring=scorer, n_repeats=SHUFFLES, random_state=seed).importances
    score, random = scorer(model, X, y), np.random.default_rng(seed)
    orders = [random.permutation(len(X)) for _ in range(SHUFFLES)]
    together = {
        " + ".join(group): [float(score - scorer(model, moved(X, group, order), y)) for order in orders]
        for group in clusters
    }
    told = dict(zip(X.columns, lost.tolist(), strict=True))
    if isinstance(y, pd.DataFrame):
        known = {"importance": told, "together": together, "tree": tree_importance(model, X_train)}
        return known | {"shap": {"method": None, "why": SEVERAL}, "dependence": {}, "occlusion": [], "output": ""}
    kind, names, output = outputs(model, y, task, ["predict_proba", "decision_function"])
    shown = int(np.argmax([np.sum(y == name) for name in names]))  # of several classes the most frequent
    rows = X.sample(min(ROWS, len(X)), random_state=seed)
    return {
        "importance": told,
        "together": together,
        "tree": tree_importance(model, X_train),
        "shap": shap_values(model, X_train, rows, y, task, seed),
        "dependence": {name: dependence(output, shown, rows, X[name]) for name in X.columns.drop(PLANTED)},
        "occlusion": occlusion(output, shown, X_train, rows, seed),
        "output": f"{kind} {names[shown]}".strip(),
    }


def dependence(output: Output, shown: int, rows: pd.DataFrame, column: pd.Series) -> dict[str, Any]:
    """Set one column to each value of a grid, for every row: the outputs, and their mean; none of texts and arrays."""
    number = pd.api.types.is_numeric_dtype(column)
    if cells.kind(column) != "value":
        grid = []
    elif number and column.nunique() > GRID:
        grid = column.quantile(np.linspace(0.05, 0.95, GRID), interpolation="nearest").unique().tolist()
    else:
        grid = sorted(column.value_counts().index[:GRID].tolist(), key=None if number else str)
    if not grid:  # these rows have nothing but gaps in it
        return {"grid": [], "mean": [], "ice": []}
    varied = pd.concat([rows] * len(grid))
    varied[column.name] = pd.Series(np.repeat(np.array(grid, object), len(rows)), varied.index).astype(column.dtype)
    curves = output(varied)[:, shown].reshape(len(grid), len(rows))
    shown_grid = grid if number else list(map(str, grid))
    return {"grid": shown_grid, "mean": curves.mean(axis=1).tolist(), "ice": curves[:, :CURVES].T.tolist()}


def summary(explanations: list[dict[str, Any]]) -> dict[str, Any]:
    """
    Sum the folds' explanations up.

    Return ``features`` and ``together``, largest mean loss first, with standard deviation over folds and shuffles.
    ``level``, below which nothing is claimed: mean plus two standard deviations of what the planted column lost, at
    least 0. A column is ``claimed`` if its mean loss lies above the level in every fold: the planted one never does,
    and one that helped by luck, in a fold or two, does not either. ``tree`` and ``shap``, means over folds;
    ``dependence``, ``occlusion`` and ``output``, those of the first fold.
    """
    noise = np.array([fold["importance"][PLANTED] for fold in explanations])
    level = max(0.0, float(noise.mean() + 2 * noise.std(ddof=1)))

    def losses(key: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for name in explanations[0][key]:
            lost = np.array([fold[key][name] for fold in explanations])
            spread = {"mean": float(lost.mean()), "sd": float(lost.std(ddof=1))}
            rows.append({"feature": name, **spread, "claimed": bool(lost.mean(axis=1).min() > level)})
        return sorted(rows, key=lambda row: -row["mean"])

    first = explanations[0]
    shap = first["shap"]
    if shap["method"]:
        alike = [fold["shap"] for fold in explanations if fold["shap"]["method"] == shap["method"]]
        means = pd.DataFrame([values["mean_abs"] for values in alike]).mean().to_dict()  # others: of another output
        gap, rows = max(values["additivity"] for values in alike), sum(values["rows"] for values in alike)
        shap = shap | {"mean_abs": means, "additivity": gap, "rows": rows}
    trees = [fold["tree"] for fold in explanations if fold["tree"]]
    return {
        "features": losses("importance"),
        "together": losses("together"),
        "level": level,
        "shap": shap,
        "tree": pd.DataFrame(trees).mean().to_dict() if trees else None,
        "dependence": first["dependence"],
        "occlusion": first["occlusion"],
        "output": first["output"],
    }
