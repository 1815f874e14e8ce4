"""Cells that are texts or arrays: told apart from names, and compared as values."""

import numpy as np
import pandas as pd
import pytest

from harness import cells


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (["the bed was hard", "we slept very well", None], "text"),
        (["the bed was hard"] * 9 + ["we slept very well"], "value"),  # few answers: a name of each
        ([f"bird {n} of the nest N{n}A{n % 2} of Dream" for n in range(9)], "value"),  # a name in a sentence
        (["Anna Maria Smith", "John Doe Junior"], "value"),
        ([np.zeros(3), None, np.ones(3)], "array"),
        ([[1, 2], [3, 4]], "array"),
        ([1.5, None, 2.5], "value"),
        ([None, None], "value"),
    ],
)
def test_the_kind_of_a_column(column, kind):
    assert cells.kind(pd.Series(column, dtype=object)) == kind


@pytest.mark.parametrize(
    "other",
    [
        np.zeros(2000, "int8"),
        np.zeros((2, 1000)),
        np.where(np.arange(2000) == 1000, 1e-9, 0.0),  # NumPy writes neither as text: it leaves the middle out
        np.zeros(1999),
    ],
)
def test_arrays_that_differ_in_anything_are_told_apart(other):
    same = np.zeros(4000)[::2]
    assert cells.fingerprint(np.zeros(2000)) == cells.fingerprint(same) != cells.fingerprint(other)


def test_only_arrays_are_replaced():
    table = pd.DataFrame({"a": [1.5, None], "b": ["x", None], "c": [np.zeros(2), None]})
    told = cells.comparable(table)
    assert told[["a", "b"]].equals(table[["a", "b"]]) and told["c"].tolist()[0].startswith("float64 (2,) ")
    assert told["c"].isna().tolist() == [False, True] and isinstance(table["c"][0], np.ndarray)
    plain = table[["a", "b"]]
    assert cells.comparable(plain) is plain
