"""Cells of a table that hold more than a single value: texts of several words; arrays, as of an image or a signal."""

import hashlib
import re
from typing import Any

import numpy as np
import pandas as pd

WORD = re.compile(r"[^\W\d_]{2,}")  # neither a number nor a letter, which may be those of a name
LEAST = 4  # words that make a text: a name of a person or a place seldom has so many


def kind(column: pd.Series) -> str:
    """
    Return what the cells of a column are: "array", "text" of several words, or "value": a number, a name, a date.

    What differs from row to row in numbers and single letters only, such as "nest 12 of the north shore", is a name.

    Examples
    --------
    >>> kind(pd.Series([np.zeros(3), np.ones(3)])), kind(pd.Series(["the bed was hard", "we slept very well"]))
    ('array', 'text')
    >>> kind(pd.Series(["nest 12 of the north shore", "nest 13 of the north shore"])), kind(pd.Series([1.5, 2.5]))
    ('value', 'value')
    """
    known = column.dropna()
    if known.empty or not isinstance(known.iloc[0], str | np.ndarray | list):
        return "value"
    if is_array(column):
        return "array"
    words = [tuple(WORD.findall(str(text))) for text in known]
    return "text" if np.median([*map(len, words)]) >= LEAST and len({*words}) > len(words) / 2 else "value"


def fingerprint(cell: Any) -> str:
    """Return a text that no array of other values, shape or type has."""
    try:
        array = np.ascontiguousarray(cell)
    except ValueError:  # of lists of several lengths
        return f"list {hashlib.sha256(repr(cell).encode()).hexdigest()}"
    content = repr(array.tolist()).encode() if array.dtype.hasobject else array.tobytes()
    return f"{array.dtype} {np.shape(cell)} {hashlib.sha256(content).hexdigest()}"


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with fingerprints in place of its arrays, so that all cells can be compared, counted, written."""
    arrays = [n for n, (_, column) in enumerate(table.items()) if is_array(column)]
    told = table.copy() if arrays else table
    for n in arrays:
        told.isetitem(n, table.iloc[:, n].map(fingerprint, na_action="ignore").array)
    return told


def is_array(column: pd.Series) -> bool:
    """Return whether the cells of a column are arrays."""
    return column.dtype == object and isinstance(next(iter(column.dropna()), None), np.ndarray | list)
