"""Checks of what the models are given: no feature is the answer in disguise, or only a name; no file tells more."""

import ast
import json
import re

import numpy as np
import pandas as pd

from . import readers
from .registry import at, check, planned, readable

TOLD = 0.99  # balanced accuracy, or R2: no honest measurement tells the answer as well as this by itself


def alone(study, column):
    """Score of a tree that is given one feature, trained on half of the groups and tested on the others, both ways."""
    from sklearn.metrics import balanced_accuracy_score, r2_score
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    X, y = study.development.X[column], study.development.y
    if not pd.api.types.is_numeric_dtype(X):
        X = pd.Series(pd.factorize(X)[0], X.index)
    X, half = X.to_frame().astype(float), pd.factorize(study.development.groups)[0] % 2 == 0
    classes = study.task == "classification"
    model = (DecisionTreeClassifier if classes else DecisionTreeRegressor)(min_samples_leaf=3, random_state=0)
    measure, scores = balanced_accuracy_score if classes else r2_score, []
    for train in (half, ~half):
        told = model.fit(X[train], y[train]).predict(X[~train])
        scores.append(measure(y[~train], told))
    return float(np.mean(scores))


@check("L2.1", "feature-not-the-answer")
def feature_not_the_answer(root):
    """
    No feature tells the target by itself alone.

    Detected: a tree that is given one feature, its gaps too, is right about 99 % of rows that it was not trained on.
    Why: such a feature was mostly made from the answer, or after it; where the model is to be used it is not there yet.
    Do: take it out of FEATURES, or tell why it is known beforehand under [waivers] in study/plan.toml.
    """
    study = readable(root)
    for column in study.development.X.columns:
        if (score := alone(study, column)) > TOLD:
            says = (
                f"tells the target alone ({score:.3f}): is it known before the answer is? Else take it out of FEATURES"
            )
            yield at("study/data.py", says, column=column)


@check("L2.2", "feature-no-name")
def feature_no_name(root):
    """
    No feature is a name: of the group, or of the row.

    Detected: GROUP is among FEATURES, or a feature that is no number has a value of its own for nearly every group.
    Why: a model that knows rows by name has learned nothing about those that are new.
    Do: take it out of FEATURES; what is known of the group goes in as columns that other groups may share.
    """
    study, group = readable(root), readers.data().GROUP
    rows = study.development
    for column in rows.X.columns:
        values = rows.X[column].nunique()
        name = not pd.api.types.is_numeric_dtype(rows.X[column]) and values > max(20, 0.9 * rows.groups.nunique())
        if column == group or name:
            what = "is GROUP" if column == group else f"has {values} values for {rows.groups.nunique()} groups"
            yield at(
                "study/data.py",
                f"{what}: it names the rows, and tells nothing of new ones: not in FEATURES",
                column=column,
            )


def code(root):
    """Yield path and syntax tree of the study's modules, but data.py and tests, and of its notebooks."""
    for path in sorted((root / "study").rglob("*.py")):
        if path.name not in ("data.py", "checks.py") and not path.name.startswith("test_"):
            yield path, ast.parse(path.read_text(encoding="utf-8"), path.name)
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code")
        yield path, ast.parse(re.sub(r"(?m)^\s*[%!].*$", "pass", text), path.name)


def readings(tree, files):
    """Yield line and text of what reads raw data: load or RAW of study/data.py, or the name of a raw file."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == "data":
            yield from ((node.lineno, one.name) for one in node.names if one.name in ("load", "RAW", "*"))
        elif isinstance(node, ast.Attribute) and node.attr in ("load", "RAW"):
            if re.fullmatch(r"(study\.)?data", ast.unparse(node.value)):
                yield node.lineno, f"data.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            named = "data/raw" in node.value or node.value.rpartition("/")[2] in files
            yield from [(node.lineno, repr(node.value))] * named


@check("L1.5", "test-rows-closed")
def rows_closed(root):
    """
    Neither models nor notebooks read the data: models are given their training rows, notebooks read results/.

    Detected: study/models.py, its neighbours or a notebook use load() or RAW of study/data.py, or name a raw file.
    Why: who reads the table reads the sealed rows in it, and no ledger says so; a model may learn them by heart.
    Do: compute in fit() what a model needs of its training rows; in a notebook look at results/ and runs/ instead.
    """
    files = {path.name for path in (root / "data" / "raw").rglob("*") if path.is_file()}
    benchmark = f"{planned(root).evaluation.benchmark}.py"  # a data set of its own
    for path, tree in code(root):
        if path.name == benchmark:
            continue
        for line, what in readings(tree, files):
            says = f"{what} gives the sealed rows too: models get their training rows in fit(), notebooks read results/"
            yield at(path.relative_to(root).as_posix(), says, line=line)
