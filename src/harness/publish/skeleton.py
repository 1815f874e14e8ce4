"""A new study of a table: the files of study/, data/ and tests/ that follow from it, all or none."""

import json
import math
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype

from harness import files
from harness.exceptions import StudyError
from harness.fits import test_set
from harness.method import inputs, splits
from harness.provenance import rawdata
from harness.publish import card, metadata
from harness.publish.table import MOST, NAMED, Answers, is_number, moments, read, refuse
from harness.report import template

PLACES = {  # file -> its template in skeleton/
    files.PLAN: "plan.toml",
    "study/data.py": "data.py",
    "study/models.py": "models.py",
    "tests/test_data.py": "test_data.py",
    "data/DATASHEET.md": "DATASHEET.md",
}
EARLIER = "runs/.earlier"
EMPTY = "No result is accepted yet."
FRONT = "# Task, metrics and model-index come with the first accepted result."
EXAMPLE = re.compile(r"^As rendered, this is .*?\n\n", re.M | re.S)
ABOUT = "*What is this study about: whose data, which question, and why does the answer matter?*\n\n"
DATE = r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./](\d\d|\d{4})\b"
FOLDS = (5, 4, 3, 2)
TASKS: dict[str, dict[str, Any]] = {
    "regression": {
        "kind": "Regressor",
        "linear": "Ridge",
        "linear_text": "ridge regression",
        "metric": "neg_mean_absolute_error",
        "further": "r2",
        "why": "It is in the unit of the target, and no single row decides it.",
    },
    "classification": {
        "kind": "Classifier",
        "linear": "LogisticRegression",
        "linear_text": "logistic regression",
        "metric": "balanced_accuracy",
        "further": "neg_log_loss",
        "why": "Each class counts as much as any other.",
        "margin": 0.02,
    },
}
TWO = {"metric": "roc_auc", "why": "It needs no threshold, and does not depend on how frequent each class is."}


def bounds(values: pd.Series) -> list[float]:
    """
    Return round limits that are wider than the values by their range; none below 0 where no value is.

    Examples
    --------
    >>> bounds(pd.Series([12.5, 140.0]))
    [0, 300]
    """
    low, high = float(values.min()), float(values.max())
    span = high - low
    step = 10.0 ** np.floor(np.log10(span))
    wide = [step * np.floor((low - span) / step), step * np.ceil((high + span) / step)]
    wide = [0.0 if low >= 0 else wide[0], 0.0 if high <= 0 else wide[1]]
    return [int(limit) if limit.is_integer() else float(f"{limit:.6g}") for limit in wide]


def column(values: pd.Series, dtype: Any, choice: bool = False) -> dict[str, Any]:
    """Describe a column that models see, for SCHEMA: by its values if it is a choice of some, else by limits."""
    known, there = values.dropna(), ""
    if choice or dtype == "str" or known.nunique() == 2:
        allowed = np.sort(known.astype(dtype).unique()).tolist()
        check = f"pa.Check.isin({json.dumps(allowed, ensure_ascii=False)})"
    else:
        check = "pa.Check.in_range({}, {})".format(*bounds(known.astype(float)))
        there = f"{float(known.min()):g} to {float(known.max()):g}"
    return {"dtype": dtype, "check": check, "there": there, "nullable": values.hasnans}


def name_of(table: pd.DataFrame, used: list[str], time: str) -> str:
    """Return the column that names the rows, at last that of their time; "" if there is none."""
    free = [str(name) for name in table.columns if table[name].is_unique and not table[name].hasnans]
    texts = [name for name in free if name not in used and not pd.api.types.is_numeric_dtype(table[name])]
    whole = [name for name in free if name not in used and is_integer_dtype(table[name]) and NAMED.search(name)]
    return next(iter([*filter(NAMED.search, texts), *whole, *texts, *({time} & {*free})]), "")


def why_left(values: pd.Series) -> str:
    """Return why a column is no feature; "" if it is one."""
    known = values.dropna()
    counts = is_integer_dtype(known) and known.is_unique and len(known) and np.ptp(known) == len(known) - 1
    written = len(known) and known.astype(str).str.match(DATE).all()
    if written or pd.api.types.is_datetime64_any_dtype(values):
        return "it holds dates: make numbers of them in tidy(), such as the year"
    if counts or (not is_number(values) and known.nunique() > MOST):
        return f"it has {known.nunique()} different values and may name rows"
    if is_number(values) and np.isinf(known.astype(float)).any():
        return "it holds infinite numbers"
    return "" if known.nunique() > 1 else "it does not vary"


def describe(answers: Answers, table: pd.DataFrame, author: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the facts that the skeletons are filled with, and each column that is no feature with the reason."""
    target, group, time = answers.target, answers.group, answers.time
    named = [name for name in (target, group, time) if name]
    index = name_of(table, named, time)
    others = [str(name) for name in table.columns if name not in (*named, index)]
    left = {name: why for name in others if (why := why_left(table[name]))}
    numbers = [name for name in others if name not in left and is_number(table[name])]
    names = [name for name in others if name not in {*left, *numbers}]
    if not numbers + names:
        raise StudyError(f"{answers.csv.name}: no column is left as a feature. Give the table columns that vary.")
    values, form, start = table[target], "", ""
    dtype = "float" if answers.task == "regression" or is_number(values) else "str"
    dtype = "int" if answers.task == "classification" and is_integer_dtype(values) else dtype
    columns = {name: column(table[name], "float" if name in numbers else "str") for name in [*numbers, *names]}
    columns[target] = column(values, dtype, answers.task == "classification")
    if time:
        form, start = moments(answers.csv, time, table[time])
    plain = {"check": "", "there": "", "nullable": False}
    if group or time:
        columns[group or time] = plain | {"dtype": "str" if group else '"datetime64[ns]"' if form else "float"}
    facts: dict[str, Any] = TASKS[answers.task] | (
        TWO if answers.task == "classification" and values.nunique() == 2 else {}
    )
    if answers.task == "regression":
        known = pd.to_numeric(values)  # a workbook may hold them as text
        facts["margin"] = f"{float((known - known.median()).abs().mean()) / 20:.1g}"
    gaps = {name: n for name, n in table.isna().sum().items() if n}
    dependence = "group" if group else "time" if time else "none"
    reasons = {"group": f"Rows with the same {group} belong together.", "time": "A row may depend on earlier rows."}
    return facts | {
        "title": re.sub(r"[\W_]+", " ", answers.csv.stem).strip().capitalize()[:60],
        "file": answers.csv.name,
        "rows": len(table),
        "width": table.shape[1],
        "target": target,
        "group": group,
        "time": time,
        "index": index,
        "features": [*numbers, *names],
        "numbers": [*numbers, *([target] if dtype == "float" else []), *([time] if time and not form else [])],
        "names": [*names, *([target] if dtype == "str" else []), *([group] if group else [])],
        "columns": columns,
        "format": form,
        "sealed_from": start,
        "dependence": dependence,
        "reason": reasons.get(dependence, "Each row is taken not to depend on any other."),
        "missing": ", ".join(f"{name}: {n} rows" for name, n in gaps.items()) or "None.",
        "author": author,
        "today": f"{date.today()}",
    }, left


def pages(root: Path) -> dict[str, bytes | None]:
    """Return README.md and MODEL_CARD.md without the example and its result."""
    texts = {name: files.read_text(root / name) for name in (card.README, card.CARD)}
    texts[card.README] = EXAMPLE.sub(lambda _: ABOUT, texts[card.README])
    if (root / "results").exists():
        texts[card.CARD] = card.fill(card.CARD, texts[card.CARD], card.FRONT, FRONT)
        for name, text in texts.items():
            texts[name] = card.fill(name, text, card.BODY, EMPTY) if card.BODY[0] in text else text
    return {name: text.encode() for name, text in texts.items() if text}


def filled(skeleton: str, facts: dict[str, Any], folds: int = FOLDS[0]) -> str:
    """Fill a skeleton; so few folds are repeated that there are ten pairs of scores or more."""
    times = {"folds": folds, "times": max(2, math.ceil(10 / folds))}
    return template.load(f"skeleton/{skeleton}.jinja").render(facts | times).rstrip() + "\n"


def begin(root: Path, answers: Answers) -> dict[str, str]:
    """Replace the study by a skeleton of the one that is asked for, or change nothing; return what is no feature."""
    if test_set.entries(root):
        raise StudyError("new-study: the test rows of this study were opened. Make a new repository for a new study.")
    table, how = read(answers.csv)
    refuse(answers, table)
    author = metadata.full_name(metadata.citation(root)["authors"][0])
    facts, left = describe(answers, table, author)
    source, place = answers.csv.resolve(), f"data/raw/{answers.csv.name}"
    old = (files.git(root, "ls-files", "-z", "study", "data", "results", "CHECKLISTS.md", "codemeta.json") or "").split(
        "\0"
    )
    changes: dict[str, bytes | None] = dict.fromkeys(name for name in old if name and name != "study/__init__.py")
    if source.is_relative_to(root):
        changes[source.relative_to(root).as_posix()] = None
    changes |= {rawdata.MANIFEST: None, place: source.read_bytes()} | pages(root)
    facts |= how
    changes |= {name: filled(skeleton, facts).encode() for name, skeleton in PLACES.items()}
    with files.all_or_nothing():
        for folder in (root / "runs").glob("[!.]*/"):  # they are no attempts at the new question
            files.move(folder, root / EARLIER / folder.name)
        files.put(root, changes)
        rawdata.write_manifest(root / "data")
        ruff = Path(sys.executable).with_name("ruff")
        if ruff.exists():
            subprocess.run([ruff, "format", "--quiet", "study", "tests/test_data.py"], cwd=root, check=True)
        for folds in FOLDS:
            files.write_text(root / files.PLAN, filled(PLACES[files.PLAN], facts, folds))
            if can_be_cut(inputs.read(root), folds):
                break
        else:
            raise StudyError(
                f"{answers.csv.name}: two folds that each hold every class cannot be made. More rows are needed."
            )
    return left


def can_be_cut(study: inputs.Study, folds: int) -> bool:
    """Return whether so many folds can be made, with each class to learn from in each and several to be tested on."""
    y, classes = study.development.y, study.task == "classification"
    try:
        cut = splits.folds(study.development, folds, study.plan.evaluation.seed, stratify=classes)
    except StudyError:
        return False
    return not classes or all(
        y.iloc[train].nunique() == y.nunique() and y.iloc[test].nunique() > 1 for train, test in cut
    )
