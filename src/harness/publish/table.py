"""The table of a new study: read, and held against what its author says of it."""

import csv
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from harness.checks.schema import GAPS
from harness.exceptions import StudyError, refusal

READERS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".xlsx": "excel"}
DATES = ["%Y-%m-%d", "ISO8601", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y-%m"]
TASKS = ("classification", "regression")
NAMED = re.compile(r"(^|[^a-z])(id|key|name|nr|no|number|index)$|^unnamed: 0$", re.I)
MOST = 20  # values of a column of names that is a feature, or numbers of classes


class Answers(NamedTuple):
    """What is asked for a new study."""

    csv: Path
    target: str
    task: str
    group: str = ""
    time: str = ""


def options_of(path: Path) -> dict[str, Any]:
    """Return what pandas has to be told to read a file of separated values; StudyError if its header is not right."""
    text = path.read_bytes()
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise StudyError(f"{path}: line {line} is not UTF-8. Save the file with the encoding UTF-8.") from None
    if len(lines) < 2:
        raise StudyError(f"{path}: there are no rows. The first line names the columns, the rows follow it.")
    mark = max(",;\t|", key=lines[0].count)
    names = next(csv.reader(lines[:1], delimiter=mark))
    if twice := [name for name in names if names.count(name) > 1]:
        raise StudyError(f"{path}: line 1 names the column {twice[0]!r} twice. Give each column a name of its own.")
    options: dict[str, Any] = {} if mark == "," else {"sep": mark}
    if mark == ";" and re.search(r";-?\d+,\d+(;|$)", "\n".join(lines[1:100]), re.M):
        options["decimal"] = ","
    return options


def read(path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Read a table, and return with it how it was read; StudyError if that cannot be done."""
    if not path.is_file():
        raise StudyError(f"{path}: there is no such file. Name the table of your study: --csv PATH")
    if path.suffix.lower() not in READERS:
        raise StudyError(
            f"{path}: {path.suffix or 'no ending'} is not read here. Save it as one of {', '.join(READERS)}."
        )
    kind = READERS[path.suffix.lower()]
    options = options_of(path) if kind == "csv" else {}
    try:
        table = getattr(pd, f"read_{kind}")(path, **options)
        texts = table.select_dtypes(["object", "string"])
        marks = GAPS & {value for name in texts for value in texts[name].dropna().unique()}
        if marks and kind != "parquet":
            options["na_values"] = sorted(marks)
            table = getattr(pd, f"read_{kind}")(path, **options)
    except ImportError as error:
        add = "name it in requirements/study.in, then: make lock setup"
        raise StudyError(f"{path}: pandas needs another package to read it; {add}. ({error})") from None
    except Exception as error:  # of each reader its own; pandas names the line
        raise StudyError(f"{path}: it cannot be read: {' '.join(str(error).split())}. Correct the file.") from None
    table.columns = table.columns.map(str)
    return table, {"reader": f"read_{kind}", "options": options}


def line(path: Path, rows: pd.Series) -> str:
    """Say where the first of some rows is, as an editor counts: the line after the header is line 2."""
    return f"{path.name}: line {int(np.flatnonzero(rows)[0]) + 2}"


def is_number(values: pd.Series) -> bool:
    """Return whether a column holds numbers; true and false are none."""
    return is_numeric_dtype(values) and not is_bool_dtype(values)


def task_of(values: pd.Series) -> str:
    """Return which task a target looks like."""
    return "regression" if is_number(values) and values.nunique() > MOST else "classification"


def refuse(answers: Answers, table: pd.DataFrame) -> None:
    """Raise StudyError if the answers and the table do not go together."""
    path, target, group, time = answers.csv, answers.target, answers.group, answers.time
    named = {"--target": target} | {f"--{key}": name for key, name in (("group", group), ("time", time)) if name}
    for option, name in named.items():
        if name not in table.columns:
            raise StudyError(refusal(path.name, option, name, "a column", list(table.columns)))
    if answers.task not in TASKS:
        raise StudyError(refusal("new-study", "--task", answers.task, "a task", TASKS))
    if len({*named.values()}) < len(named):
        raise StudyError(f"new-study: {' and '.join(named)} name one column. Each needs a column of its own.")
    if group and time:
        raise StudyError("new-study: a plan takes one of --group and --time. With --time the newest rows are sealed.")
    values = table[target].dropna()
    if values.nunique() < 2:
        raise StudyError(f"{path.name}: {target!r} has only one value. A target needs at least two.")
    if answers.task == "regression":
        number = pd.to_numeric(table[target].astype(str) if is_bool_dtype(values) else table[target], errors="coerce")
        number = number.replace([np.inf, -np.inf], np.nan)
        if (wrong := number.isna() & table[target].notna()).any():
            value = table[target][wrong].iloc[0]
            raise StudyError(
                f"{line(path, wrong)}: {target!r} is {value!r}, not a number. Correct it, or: --task classification"
            )
    else:
        if is_number(values) and (values % 1 != 0).any():
            raise StudyError(f"{path.name}: {target!r} holds decimal numbers, not classes. Use --task regression.")
        units = table.loc[values.index, group] if group else values.index.to_series()
        counts = units.groupby(values).nunique()
        if counts.min() < 3:
            what = "groups" if group else "rows"
            raise StudyError(
                f"{path.name}: {target!r} is {counts.idxmin()!r} in only {counts.min()} {what}, too few to learn from "
                f"and be tested on. Join it with another value of {target!r}, or leave it out of the file."
            )
    for option, name in named.items():
        if option != "--target" and (missing := table[name].isna()).any():
            raise StudyError(
                f"{line(path, missing)}: {name!r} has no value. Each row needs one, since {option} names it."
            )
    if group and not 5 <= table[group].nunique() < len(table):
        raise StudyError(
            f"{path.name}: {group!r} has {table[group].nunique()} values for {len(table)} rows. A group holds several "
            "rows, and five groups are needed. Name another column, or leave --group out."
        )


def moments(path: Path, name: str, values: pd.Series) -> tuple[str, str]:
    """Return the format of a column of dates ("" if numbers), and as TOML from when on the newest fifth is sealed."""
    if is_numeric_dtype(values):
        return "", repr(float(values.quantile(0.8)))
    if is_datetime64_any_dtype(values):
        found, times = ["ISO8601"], values
    else:
        if (offset := values.astype(str).str.contains(r":\d\d(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)$")).any():
            place = f"{line(path, offset)}: {name!r} is {values[offset].iloc[0]!r}"
            raise StudyError(f"{place}, a time with an offset. Write all times in one zone, without it.")
        parsed = {form: pd.to_datetime(values, format=form, errors="coerce") for form in DATES}
        found = [form for form in DATES if parsed[form].notna().all()]
        if not found:
            best = max(parsed.values(), key=lambda column: column.notna().sum())
            value = values[best.isna()].iloc[0]
            raise StudyError(
                f"{line(path, best.isna())}: {name!r} is {value!r}, no date like the others. Write 2026-01-31."
            )
        times = parsed[found[0]]
        if any(not parsed[form].equals(times) for form in found):
            raise StudyError(
                f"{path.name}: {name!r}: is {values.iloc[0]!r} day or month first? Write dates as 2026-01-31."
            )
    ordered = times.sort_values()
    first = ordered.iloc[int(0.8 * len(ordered))]
    return found[0], f"{first:%Y-%m-%d}" if first == first.normalize() else f'"{first.isoformat()}"'
