"""The study: where it lies, its modules, and its data: valid by its schema, rows known by name, each accounted for."""

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pandera.errors import SchemaErrors

from harness.exceptions import StudyError, blame, refusal

MEND = "; correct it in load() (make it missing, if nothing better is known), or SCHEMA if the value is right"
MARKS = ("study/plan.toml", "study/data.py")  # a folder that holds one of them is a study's


def find_root(start: Path | None = None) -> Path:
    """Find the study that a folder (the working one) lies in, as git finds its repository; StudyError if none."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if any((folder / mark).is_file() for mark in MARKS):
            return folder
    raise StudyError(f"{start}: no study here, nor in any folder above. Change into a study: a folder with {MARKS[0]}.")


def enter() -> Path:
    """Find the study of the working folder and make it the one that is imported; return its folder."""
    root = find_root()
    if (root / "harness").is_dir():
        raise StudyError(f"{root / 'harness'}: this folder hides the installed package `harness`. Rename or remove it.")
    use(root)
    return root


def use(root: Path) -> None:
    """Let `study` be the package of this study, for this process and the workers that it starts."""
    if sys.path[:1] != [str(root)]:
        sys.path.insert(0, str(root))


class Dataset(NamedTuple):
    """Features, target, what each row depends on (itself, where rows are independent), its time; one common index."""

    X: pd.DataFrame
    y: pd.Series
    groups: pd.Series
    times: pd.Series | None = None

    def take(self, rows: ArrayLike) -> "Dataset":
        """Return some rows, by a boolean mask or by their positions."""
        rows = np.asarray(rows)
        times = None if self.times is None else self.times.iloc[rows]
        return Dataset(self.X.iloc[rows], self.y.iloc[rows], self.groups.iloc[rows], times)


def load_dataset(study: Any) -> tuple[pd.DataFrame, Dataset, dict[str, int]]:
    """
    Load and validate the study's table; leave out rows that EXCLUDE or a missing target exclude.

    Return all valid rows; those that are kept; and reason -> how many it excluded, a row counted for its first.
    """
    table = kept = valid_table(study)
    excluded = {}
    unknown = {f"no {study.TARGET}": lambda rows: rows[study.TARGET].isna()}
    for reason, function in (getattr(study, "EXCLUDE", {}) | unknown).items():
        try:
            mask = function(kept)
        except Exception as error:  # it is the study's code
            raise blame(error, f"EXCLUDE: {reason!r}", "study/data.py") from error
        kept, excluded[reason] = kept[~mask], int(mask.sum())
    groups = kept[study.GROUP] if study.GROUP else kept.index.to_series()
    times = kept[study.TIME] if getattr(study, "TIME", None) else None
    if not table.index.is_unique or groups.isna().any() or (times is not None and times.isna().any()):
        raise StudyError("study/data.py: load() must give every row an index of its own, its GROUP and its TIME")
    return table, Dataset(kept[study.FEATURES], kept[study.TARGET], groups.astype(str), times), excluded


def valid_table(study: Any) -> pd.DataFrame:
    """Load the study's table; raise StudyError naming row and column of each value that its schema refuses."""
    try:
        table = study.load()
    except Exception as error:  # it is the study's code
        raise blame(error, "load()", "study/data.py") from error
    try:
        table = study.SCHEMA.validate(table, lazy=True)
    except SchemaErrors as error:
        lines = []
        for case in error.failure_cases.itertuples(index=False):
            place = [("row", case.index), ("column", case.column)]
            where = ", ".join(f"{name} {value!r}" for name, value in place if pd.notna(value))
            lines.append(f"study/data.py: {where or 'load()'}: {case.failure_case!r} fails {case.check}{MEND}")
        more = [f"... and {len(lines) - 10} more"] if len(lines) > 10 else []
        raise StudyError("\n".join(lines[:10] + more)) from None
    if study.GROUP is None and isinstance(table.index, pd.RangeIndex) and table.index.name is None:
        raise StudyError("study/data.py: load() must name its rows (set_index): a position changes with the order")
    return table


def canaries_of(study: Any, known: Dataset) -> dict[str, Any]:
    """Return the study's canaries: row -> target that any sound model predicts. They are never trained on."""
    found = getattr(study, "CANARIES", {})
    if missing := [name for name in found if name not in known.y.index]:
        says = f"there is no row {missing[0]!r} among those that are kept"
        raise StudyError(f"study/data.py: CANARIES: {says}: name a row of load() that EXCLUDE keeps")
    return found


def import_module(name: str) -> ModuleType:
    """Import a module of the study."""
    try:
        return importlib.import_module(f"study.{name}")
    except (ImportError, SyntaxError) as error:
        raise StudyError(f"study/{name}.py cannot be imported: {error}") from None


def data_module(path: str) -> Any:
    """Import study/data.py, or a module like it, and check that it names what it must, in columns of its schema."""
    data = import_module(path.removeprefix("study/").removesuffix(".py"))
    missing = [name for name in ("load", "SCHEMA", "FEATURES", "TARGET", "GROUP") if not hasattr(data, name)]
    if missing:
        raise StudyError(f"{path}: it must define {', '.join(missing)}")
    columns, time = list(data.SCHEMA.columns), getattr(data, "TIME", None)
    named = [("FEATURES", name) for name in data.FEATURES] + [("TARGET", data.TARGET)]
    named += [(key, name) for key, name in (("GROUP", data.GROUP), ("TIME", time)) if name is not None]
    wrong = [refusal(path, key, name, "a column of SCHEMA", columns) for key, name in named if name not in columns]
    if data.TARGET in [*data.FEATURES, data.GROUP, time]:
        wrong.append(f"{path}: TARGET: {data.TARGET!r} is also a feature or the group: it would tell the answer")
    if wrong:
        raise StudyError("\n".join(wrong))
    return data


def model_functions() -> dict[str, Callable[[int], Any]]:
    """Collect the models: the functions in study/models.py whose one argument is called ``seed``."""
    functions = {name: item for name, item in vars(import_module("models")).items() if inspect.isfunction(item)}
    return {name: item for name, item in functions.items() if list(inspect.signature(item).parameters) == ["seed"]}
