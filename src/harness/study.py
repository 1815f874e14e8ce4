"""The study: where it lies, its modules, and its data: valid by its schema, rows known by name, each accounted for."""

import contextlib
import importlib
import importlib.util
import inspect
import re
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype
from pandera.errors import SchemaErrors

from harness import memory
from harness.audit import raw_data_closed
from harness.exceptions import StudyError, blame

MEND = "; correct it in tidy(){}, or SCHEMA if the value is right"
MISSING = " (make it missing, if nothing better is known)"  # only what may be missing, by SCHEMA
NAME = "; give the row another name in tidy() (set_index), or correct the index of SCHEMA if the name is right"
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
    """Features, target, what each row depends on (itself, where rows are independent), its time; one common index.

    Between rows to train on and rows to test on lie ``gap`` times that neither has. In a panel of known groups each row
    is a group of its own, and ``known`` tells which of them are tested: those of groups that were trained on.
    """

    X: pd.DataFrame
    y: pd.Series | pd.DataFrame  # a column for each of several targets
    groups: pd.Series
    times: pd.Series | None = None
    gap: int = 0
    weights: pd.Series | None = None  # of the rows, in fits and in scores
    known: pd.Series | None = None

    def take(self, rows: ArrayLike) -> "Dataset":
        """Return some rows, by a boolean mask or by their positions."""
        rows = np.asarray(rows)
        parts = {key: getattr(self, key) for key in self._fields if key != "gap"}
        return self._replace(**{key: part.iloc[rows] for key, part in parts.items() if part is not None})


def several(y: pd.Series | pd.DataFrame) -> list[str]:
    """Return the names of the targets, if there are several; of one []."""
    return [*map(str, y.columns)] if isinstance(y, pd.DataFrame) else []


def read_raw(data: Any) -> Any:
    """Call read() of study/data.py, or of a module like it: the raw rows, all of them."""
    try:
        raw = data.read()
    except MemoryError:
        raise StudyError(f"study/data.py: read(): the rows do not fit in memory. {memory.WAYS_OUT}") from None
    except Exception as error:  # it is the study's code
        raise blame(error, "read()", "study/data.py") from error
    memory.refuse_too_large(raw)
    return raw


def tidied(data: Any, raw: Any) -> pd.DataFrame:
    """Call tidy() of study/data.py, or of a module like it, with raw rows: the table, not yet validated."""
    try:
        return data.tidy(raw)
    except Exception as error:  # it is the study's code
        raise blame(error, "tidy()", "study/data.py") from error


def valid_table(data: Any, read: Callable[[Any], Any] = read_raw) -> pd.DataFrame:
    """Read and tidy the table; raise StudyError naming row and column of each value that its schema refuses."""
    table = tidied(data, read(data))
    try:
        return data.SCHEMA.validate(table, lazy=True)
    except SchemaErrors as error:
        lines, columns = [], data.SCHEMA.columns
        cases = error.failure_cases
        for (column, rule), group in cases.groupby(["column", "check"], dropna=False, sort=False):
            case, others = next(group.itertuples(index=False)), len(group) - 1
            place = [("row", case.index), ("column", column)]
            where = ", ".join(f"{name} {value!r}" for name, value in place if pd.notna(value))
            rest = f" (and {others} more row{'s' * (others > 1)})" if others else ""
            named = case.schema_context == "Index"
            gap = column in columns and columns[column].nullable and pd.notna(case.index)
            remedy = NAME if named else MEND.format(MISSING if gap else "")
            lines.append(f"study/data.py: {where or 'tidy()'}: {case.failure_case!r} fails {rule}{rest}{remedy}")
        more = [f"... and {len(lines) - 10} more"] if len(lines) > 10 else []
        raise StudyError("\n".join(lines[:10] + more)) from None


def load_dataset(
    data: Any, columns: Any, make: Callable[[Any], pd.DataFrame] = valid_table
) -> tuple[pd.DataFrame, Dataset, dict[str, int]]:
    """
    Make and validate the study's table; leave out rows that EXCLUDE or a missing target exclude.

    Parameters
    ----------
    data : module
        study/data.py, or a module like it.
    columns : rows.Data
        What the columns are, as the plan declares it.
    make : callable, optional
        Gives the table of the module, for who has made it already.

    Returns
    -------
    table : pandas.DataFrame
        All valid rows.
    dataset : Dataset
        Those that are kept.
    excluded : dict of str to int
        Reason -> how many rows it excluded; a row counts for its first.
    """
    table = kept = make(data)
    excluded = {}
    unknown = {f"no {name}": lambda rows, name=name: rows[name].isna() for name in columns.targets}
    for reason, function in (getattr(data, "EXCLUDE", {}) | unknown).items():
        try:
            mask = function(kept)
        except Exception as error:  # it is the study's code
            raise blame(error, f"EXCLUDE: {reason!r}", "study/data.py") from error
        kept, excluded[reason] = kept[~mask], int(mask.sum())
    refuse_unnamed(table, columns.group)
    groups = kept[columns.group] if columns.group else kept.index.to_series()
    times = kept[columns.time] if columns.time else None
    if groups.isna().any() or (times is not None and times.isna().any()):
        raise StudyError("study/data.py: a row has no group, or no time. Let tidy() give it both, or EXCLUDE it.")
    if times is not None and not (is_numeric_dtype(times) or is_datetime64_any_dtype(times)):
        raise StudyError(
            f"study/data.py: column {columns.time!r}: it is the time, and no number or date, but {times.dtype}. "
            "Make it one in tidy(): pd.to_datetime, with its format."
        )
    weights = kept[columns.weight] if columns.weight else None
    if weights is not None and not (is_numeric_dtype(weights) and (weights >= 0).all() and weights.sum() > 0):
        problem = "it is the weight, so it has to be a number of each row, not below 0, and not 0 everywhere"
        raise StudyError(f"study/data.py: column {columns.weight!r}: {problem}. Say so in SCHEMA.")
    known = Dataset(kept[columns.features], kept[columns.target], groups.astype(str), times, weights=weights)
    return table, known, excluded


def refuse_unnamed(table: pd.DataFrame, group: str) -> None:
    """Raise StudyError if two rows have one name, or rows have only a position for a name."""
    if not table.index.is_unique:
        raise StudyError("study/data.py: two rows have one name. Let tidy() give every row an index of its own.")
    if not group and isinstance(table.index, pd.RangeIndex) and table.index.name is None:
        raise StudyError("study/data.py: tidy() must name its rows (set_index): a position changes with the order")


def canaries_of(canaries: dict[str, Any], known: Dataset) -> dict[Any, Any]:
    """Return the plan's canaries, by the rows they name: row -> target that any sound model predicts."""
    rows = {str(name): name for name in known.y.index} if canaries else {}
    if missing := canaries.keys() - rows.keys():
        raise StudyError(
            f"study/plan.toml: [data] canaries: there is no row {min(missing)!r} among those that are kept: "
            "name a row of tidy() that EXCLUDE keeps"
        )
    return {rows[name]: tuple(value) if isinstance(value, list) else value for name, value in canaries.items()}


def import_module(name: str) -> ModuleType:
    """Import a module of the study."""
    try:
        return importlib.import_module(f"study.{name}")
    except (ImportError, SyntaxError) as error:
        raise StudyError(f"study/{name}.py cannot be imported: {error}") from None


def data_module(path: str = "study/data.py") -> Any:
    """Import study/data.py, or a module like it, and check that it defines what it must."""
    data = import_module(path.removeprefix("study/").removesuffix(".py"))
    if missing := [name for name in ("read", "tidy", "SCHEMA") if not hasattr(data, name)]:
        raise StudyError(f"{path}: it must define {', '.join(missing)}")
    return data


def planned_models(plan: Path) -> list[str]:
    """Return the models that a plan names; none of a plan that cannot be read, which is said where it is read."""
    try:
        return [*tomllib.loads(plan.read_text("utf-8"))["models"].values()]
    except (OSError, ValueError, KeyError, AttributeError):
        return []


def model_functions() -> dict[str, Callable[[int], Any]]:
    """
    Collect the models: the functions in study/models.py whose one argument is called ``seed``.

    A model that the plan names may have a module of its own: ``network(seed)`` in study/network.py.
    """
    import_module("data")  # which may read raw data; models may not, not even where they are imported
    with raw_data_closed():
        module = import_module("models")
        functions = {name: item for name, item in vars(module).items() if inspect.isfunction(item)}
        known = planned_models(Path(str(module.__file__)).with_name("plan.toml"))
        for path in sorted(Path(str(module.__file__)).parent.glob("*.py")):
            named = path.stem in known  # what no role names is no part of a run
            if named and re.search(rf"^def {re.escape(path.stem)}\(seed\)", path.read_text("utf-8"), re.M):
                functions[path.stem] = getattr(import_module(path.stem), path.stem)
    return {name: item for name, item in functions.items() if list(inspect.signature(item).parameters) == ["seed"]}


def metric_functions() -> dict[str, Callable[..., float]]:
    """Collect the functions in study/metrics.py, also partial ones; none where there is no such file."""
    with contextlib.suppress(ModuleNotFoundError):  # of a package that is not there either
        if importlib.util.find_spec("study.metrics") is None:
            return {}
        with raw_data_closed():
            module = import_module("metrics")
        return {
            key: item for key, item in vars(module).items() if inspect.isfunction(item) or isinstance(item, partial)
        }
    return {}
