"""Perturbations: `tidy` is given fewer raw rows, or another value, and its answer tells what a row is made of."""

import contextlib
import csv
import itertools
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.cells import comparable
from harness.checks.engine import Note, NotExercised, Subject, cached
from harness.exceptions import StudyError
from harness.study import tidied

SAMPLE = 20_000  # raw rows: of a larger table this many are perturbed, and the check says so
LARGEST = 100_000_000  # bytes of a raw file whose rows are counted

Tables = dict[Any, pd.DataFrame]  # raw rows by the name of their table; the name is "" if read() gives one table


def tables_of(raw: Any) -> Tables:
    """Return the raw tables, if it is tables that read() gives."""
    tables = raw if isinstance(raw, dict) else {"": raw}
    if not tables or not all(isinstance(table, pd.DataFrame) for table in tables.values()):
        raise NotExercised(f"read() gives {type(raw).__name__}: rows can be taken of a DataFrame, or a dict of them")
    return tables


def largest(tables: Tables) -> tuple[Any, pd.DataFrame]:
    """Return name and rows of the largest raw table."""
    return max(tables.items(), key=lambda pair: len(pair[1]))


def tidy(subject: Subject, tables: Tables) -> pd.DataFrame:
    """Return what tidy() makes of a copy of raw tables, since it may change what it gets; its cells can be compared."""
    copied = {name: table.copy() for name, table in tables.items()}
    return comparable(tidied(subject.data, copied.get("", copied)))


@cached
def baseline(subject: Subject) -> tuple[Tables, pd.DataFrame, list[Note]]:
    """
    Return what is perturbed: raw rows, the table that tidy() makes of them, and a note if they are a sample.

    Raise NotExercised if tidy() gives another table each time, so that nothing can be told.
    """
    tables, notes = tables_of(subject.raw), []
    name, rows = largest(tables)
    if len(rows) > SAMPLE:
        kept = np.sort(np.argsort(units(subject, rows, subject.study.table), kind="stable")[:SAMPLE])
        notes.append(Note(f"only {SAMPLE} of {len(rows)} raw rows were perturbed"))
        tables = tables | {name: rows.iloc[kept]}
    table = tidy(subject, tables)
    if not table.equals(tidy(subject, tables)):
        raise NotExercised("tidy() gives another table each time: R3 says why")
    return tables, table, notes


def units(subject: Subject, rows: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Number the raw rows by what has to stay together: the unit, the time or the group, as far as it can be told."""
    columns = subject.plan.data
    if columns.unit in rows:
        return pd.factorize(rows[columns.unit])[0]
    if len(table) == len(rows) and (columns.time or columns.group):
        return pd.factorize(table[columns.time or columns.group], sort=bool(columns.time))[0]
    return np.arange(len(rows))


@cached
def sources(subject: Subject) -> np.ndarray:
    """
    Return for each raw row the place of its row in the table, which tidy() may have put into another order.

    Half of the raw rows are left out for each binary digit of their number; which names stay tells the digits. Where
    names waver, the order is taken to be that of the raw rows, and whoever compares will see them waver.
    """
    tables, table, _ = baseline(subject)
    name, rows = largest(tables)
    numbers, place = np.arange(len(rows)), np.zeros(len(table), int)
    with contextlib.suppress(StudyError):
        for digit in range(len(rows).bit_length()):
            part = tidy(subject, tables | {name: rows[(numbers >> digit) % 2 == 1]})
            place[table.index.isin(part.index)] += 1 << digit
    return np.argsort(place) if np.array_equal(np.sort(place), numbers) else numbers


def fewer(subject: Subject, draw: int) -> pd.DataFrame:
    """Return what tidy() makes of half of the raw rows, in whole groups; where there is a time, of the earlier ones."""
    tables, table, _ = baseline(subject)
    name, rows = largest(tables)
    followed = len(table) == len(rows)
    codes = units(subject, rows, table.iloc[sources(subject)] if followed else table)
    n = codes.max() + 1
    if not subject.plan.data.time:
        kept = np.isin(codes, np.random.default_rng(draw).permutation(n)[: n // 2])
    elif followed:
        kept = codes < max(1, n * draw // 4)
    else:
        raise NotExercised("where there is a time, a raw row can be followed only if it is a row of the table")
    return tidy(subject, tables | {name: rows[kept]})


def exchanged(subject: Subject, left: Collection[Any] = ()) -> Iterator[pd.DataFrame]:
    """Exchange one value in each raw column but those left out, at two places; yield what tidy() makes of it."""
    tables, before, _ = baseline(subject)
    columns = (
        (name, rows, column) for name, rows in tables.items() if len(rows) for column in rows if column not in left
    )
    for (name, rows, column), half in itertools.product(columns, (0, 1)):
        told, place, order = comparable(rows[[column]])[column], half * (len(rows) // 2), np.arange(len(rows))
        others = np.flatnonzero(told.notna() & (told.astype(str) != str(told.iloc[place])))
        if not others.size:
            continue
        order[place] = others[0]
        values = rows[column].take(order).set_axis(rows.index)
        try:
            made = tidy(subject, tables | {name: rows.assign(**{column: values})})
        except StudyError:
            continue
        if len(made) == len(before) and (made.index != before.index).sum() == 1:
            made = made.set_axis(before.index)  # the value is a part of the row's name
        if made.index.is_unique:
            yield made


def differing(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return in which cells two tables of the same rows and columns differ."""
    before, after, differ = comparable(before), comparable(after), {}
    for name, was in before.items():
        now = after[name]
        if was.dtype != now.dtype or not isinstance(was.dtype, np.dtype):
            was, now = was.astype(object), now.astype(object)
        was, now = (column.reset_index(drop=True) for column in (was, now))  # or pandas compares the names of all rows
        differ[name] = ((was != now) & ~(was.isna() & now.isna())).to_numpy()
    return pd.DataFrame(differ, before.index, dtype=bool)


def differences(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[tuple[Any, Any, str, str]]:
    """Yield row, column and both values of the first cell in each column in which two such tables differ."""
    before, after = comparable(before), comparable(after)
    differs = differing(before, after)
    for column in differs.columns[differs.any()]:
        row = differs.index[differs[column]][0]
        was, now = (table.at[row, column] for table in (before, after))
        yield row, column, *(f"{value:.9g}" if isinstance(value, float) else repr(value) for value in (was, now))


def expected_rows(raw: Any, unit: str) -> int:
    """Count the rows that the table should have: raw rows (tables of the same columns together), or values of unit."""
    if not unit:
        return max(sizes(raw).values())
    counts = [table[unit].nunique(dropna=False) for table in tables_of(raw).values() if unit in table]
    if not counts:
        raise StudyError(f"study/plan.toml: [data] unit: {unit!r} is no column of what read() gives. Name one.")
    return max(counts)


def sizes(raw: Any) -> Counter[tuple[str, ...]]:
    """Count the raw rows by the columns that they have."""
    counts: Counter[tuple[str, ...]] = Counter()
    for table in tables_of(raw).values():
        counts[tuple(map(str, table.columns))] += len(table)
    return counts


def lost(subject: Subject) -> int | None:
    """Return the number of a raw row of which tidy() makes nothing; None if it cannot be told."""
    tables = tables_of(subject.raw)
    name, table = largest(tables)
    rows = np.arange(len(table))
    with contextlib.suppress(StudyError):
        while len(rows) > 1:
            half = rows[: len(rows) // 2]
            whole = len(tidy(subject, tables | {name: table.iloc[half]})) == len(half)
            rows = rows[len(half) :] if whole else half
        if not len(tidy(subject, tables | {name: table.iloc[rows]})):
            return int(rows[0]) + 1
    return None


def csv_rows(path: Path) -> tuple[tuple[str, ...], int]:
    """Return the header of a file of separated values, and how many rows follow it that are no remarks."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline()
        delimiter = max(",;\t|", key=first.count)
        is_quoted = '"' in first or any('"' in line for line in file)
        file.seek(0)
        if is_quoted:
            reader = csv.reader(file, delimiter=delimiter)
            header, sizes = next(reader, []), (len(row) for row in reader)
        else:  # then it needs no parser, which takes four times as long
            header = next(csv.reader([file.readline()], delimiter=delimiter), [])
            sizes = ((line.count(delimiter) + 1) * (not line.isspace()) for line in file)
        return tuple(header), sum(2 * size > len(header) for size in sizes)


def unread(root: Path, raw: Any) -> Iterator[str]:
    """Yield a sentence where files of separated values hold more rows than read() gives of their columns."""
    known = []
    for path in sorted((root / "data" / "raw").rglob("*")):
        if path.suffix in (".csv", ".tsv", ".txt") and path.stat().st_size < LARGEST:
            with contextlib.suppress(csv.Error):
                known.append((path.name, *csv_rows(path)))
                if twice := [name for name, n in Counter(known[-1][1]).items() if n > 1]:
                    yield Note(f"{path.name} has the column {twice[0]!r} twice, of which pandas renames the second")
    for columns, given in sizes(raw).items():
        same = [file for file in known if file[1] == columns] or [file for file in known if {*columns} <= {*file[1]}]
        same = same or [file for file in known if {*file[1]} < {*columns}]  # read() adds what files hold that it names
        counts = [rows for _, _, rows in same]
        if not same:
            yield Note("no csv in data/raw has the columns of read(), so what it leaves out was not counted")
        elif given < sum(counts) and given not in counts:
            yield f"read() gives {given} of {sum(counts)} rows of {', '.join(name for name, _, _ in same)}"
