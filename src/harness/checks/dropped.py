"""Rows that load() leaves out by itself: told from what it reads through pandas, and what it gives."""

from typing import Any

import numpy as np
import pandas as pd

from harness.checks.readers import watched


def cut_short(seen):
    """Yield the line, and what is wrong, of each reader whose options take rows away that are there."""
    for one in seen:
        if any(other.source == one.source and other.rows > one.rows for other in seen):
            continue  # a look at its first lines, before all of it is read
        for option, found_without in WITHOUT.items():
            value = one.options.get(option)
            given = bool(value) if isinstance(value, int | str) else callable(value)
            if given and (found := found_without(one, value)) is not None:
                shown = "a function" if callable(value) else repr(value)
                yield one.line, f"{option}={shown} takes rows of {one.file} away: {found}"


def _again(one, **options):
    try:
        return one.reader(*one.arguments, **{**one.options, **options})
    except Exception as error:
        return str(error).strip().splitlines()[-1]


def _more(one, table):
    """Tell how many rows there are besides, if they are rows as the others are: numbers stay numbers."""
    if not isinstance(table, pd.DataFrame) or table.select_dtypes("number").shape[1] != one.numbers:
        return None
    more = len(table) - one.rows
    empty = table.iloc[-1].isna().mean() > 0.5 if more > 0 else True
    return None if empty else f"it has {more} more"


def _nrows(one, value):
    found = _more(one, _again(one, nrows=value + 1)) if one.rows == value else None
    return found and "there are more after them"


def _skiprows(one, value):
    return _more(one, _again(one, skiprows=None)) if callable(value) else None


def _bad_lines(one, value):
    found = _again(one, on_bad_lines="error") if value in ("skip", "warn") else None
    return found.rpartition("error: ")[2] if isinstance(found, str) else None


WITHOUT = {
    "nrows": _nrows,
    "skipfooter": lambda one, value: _more(one, _again(one, skipfooter=0)),
    "skiprows": _skiprows,
    "on_bad_lines": _bad_lines,
}


def same(one, two):
    """Whether two tables say the same, whatever the types of their columns."""
    if not (one.index.equals(two.index) and one.columns.equals(two.columns)):
        return False
    one, two = one.astype(object), two.astype(object)
    return not ((one != two) & ~(one.isna() & two.isna())).any(axis=None)


class Rows:
    """The rows of the one table that load() makes its rows of, to be read in parts."""

    def __init__(self, load, calls, n):
        """Take load(), the numbers of the calls that read the rows, and how many rows there are."""
        self.load, self.calls, self.n = load, calls, n
        self.whole = self.of(np.arange(n))

    def of(self, rows):
        """Return what load() makes of some of the rows; None if it cannot."""
        starts: dict[Any, Any] = {}
        rows = np.sort(rows)

        def part(call, table):
            if call not in self.calls:
                return table
            start = sum(starts.values())
            starts[call] = len(table)
            return table.iloc[rows[(rows >= start) & (rows < start + len(table))] - start].reset_index(drop=True)

        try:
            with watched(part):
                return self.load()
        except Exception:
            return None

    def each_by_itself(self):
        """Whether load() makes each of its rows of one row that was read; also return names that the whole lacks."""
        new: set[str] = set()
        orders = [np.arange(self.n), *(np.random.default_rng(n).permutation(self.n) for n in (0, 1))]
        for halves in [(orders[0][::2], orders[0][1::2]), *((o[: self.n // 2], o[self.n // 2 :]) for o in orders)]:
            one, two = map(self.of, halves)
            if one is None or two is None or self.whole is None or len(one.index.intersection(two.index)):
                return False, new
            both = pd.concat([one, two])
            if not (both.index.is_unique and self.whole.index.is_unique):
                return False, new
            kept = both.index.intersection(self.whole.index)
            if not len(kept) or not same(both.loc[kept], self.whole.loc[kept]):
                return False, new
            new |= set(both.index.difference(self.whole.index))
        return True, new

    def idle(self):
        """Return the position of a row of which load() makes nothing, whatever the others are; None if none is."""
        rows = np.arange(self.n)
        while len(rows) > 1:
            left, right = rows[: len(rows) // 2], rows[len(rows) // 2 :]
            made = self.of(left)
            if made is None:
                return None
            rows = left if len(made) < len(left) else right
        alone, others = self.of(rows), self.of(np.delete(np.arange(self.n), rows[0]))
        nothing = alone is not None and alone.empty and others is not None and same(others, self.whole)
        return int(rows[0]) if nothing else None


def left_out(load, seen, given):
    """
    Yield the line, and what is wrong, where load() gives fewer rows than it read, each of them made of one.

    Tables that are made by other means than leaving rows out (means per person, a long table that is made wide, two
    tables that are joined) are no concern of this one: nothing is said of them.
    """
    tables: dict[Any, Any] = {}  # files of the same columns are parts of one table
    largest = {one.source: number for number, one in sorted(enumerate(seen), key=lambda pair: pair[1].rows)}
    for number, one in ((number, seen[number]) for number in sorted(largest.values())):
        tables.setdefault(one.columns, []).append(number)
    sizes = {columns: sum(seen[number].rows for number in calls) for columns, calls in tables.items()}
    large = [columns for columns, n in sizes.items() if n >= given]
    if len(large) != 1 or sizes[large[0]] == given:
        return
    n, calls = sizes[large[0]], tables[large[0]]
    rows, first = Rows(load, calls, n), seen[calls[0]]
    honest, new = rows.each_by_itself()
    if not honest:
        return
    says = f"load() reads {n} rows of {first.file} and gives {given}: "
    if new:
        yield first.line, says + f"{sorted(map(str, new))[0]!r}, to name one, is not among them"
    elif (position := rows.idle()) is not None:
        yield first.line, says + f"row {position + 1} of {n}, to name one, is left out"
