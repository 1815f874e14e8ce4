"""Checks of what study/data.py says of its table: SCHEMA refuses what cannot be, canaries are apart."""

from typing import Any

import numpy as np
import pandas as pd

from harness import cells, files
from harness.checks import perturbation
from harness.checks.engine import NotExercised, at, check

GAPS = {"", ".", "-", "?", "nan", "NaN", "n/a", "N/A"}  # they stand for a value that is missing; no class is called so
TEXTS, NUMBERS = (".", "", "no such value"), (1e12, -1e12)
IMPOSSIBLE = dict.fromkeys("iuf", NUMBERS) | {"b": (".",), "M": (), "m": ()}  # by the kind of a dtype; else TEXTS


def line_of(path, text, below=""):
    """Return the line of a file on which a text stands first, from the line that begins so on; else that line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next((n for n, line in enumerate(lines, 1) if line.startswith(below)), 1)
    return next((n for n, line in enumerate(lines[start - 1 :], start) if text in line), start)


def accepts(schema, table, name):
    """
    Return the first value that cannot be, if SCHEMA accepts it and all others like it in a column; else None.

    Each is put into the first rows of the table. Types and checks of the whole table count; checks that only warn, and
    parsers that make something valid of anything, do not.
    """
    column, probe = table[name], table.iloc[:3].copy()
    looks = any(check.groupby for column in schema.columns.values() for check in column.checks)  # at another column
    if not (looks or schema.checks or schema.parsers or schema.unique):
        schema, probe = schema.select_columns([name]), probe[[name]]
    values: list[Any] = list(IMPOSSIBLE.get(column.dtype.kind, TEXTS))
    if column.dtype.kind in "iu":
        limits = np.iinfo(getattr(column.dtype, "numpy_dtype", column.dtype))
        values = [int(value) for value in values if limits.min <= value <= limits.max]
    for value in values:
        mixed = pd.Series([value, *column.iloc[1 : len(probe)]], probe.index, dtype=object)
        named = isinstance(column.dtype, pd.CategoricalDtype)
        try:
            probe[name] = mixed.astype("category" if named else object if column.dtype.kind == "b" else column.dtype)
            schema.validate(probe)
        except Exception:  # also where a parser of the study gives up: that refuses, too
            return None
    return values[0] if values else None


def advice(column):
    """Return which check a column could have."""
    if column.dtype.kind in "iuf":
        message = f"pa.Check.in_range(LOW, HIGH) by what can be (what is there: {column.min():g} to {column.max():g})"
        return message if column.nunique() > 2 else f"pa.Check.isin({sorted(column.dropna().unique().tolist())})"
    if cells.is_array(column):
        return f"pa.Check(lambda cell: cell.shape == {np.shape(column.dropna().iloc[0])}, element_wise=True)"
    values = sorted(set(map(str, column.dropna().unique())) - GAPS)
    return f"pa.Check.isin({values})" if len(values) <= 10 else "pa.Check.isin([...]) or pa.Check.str_matches(...)"


@check("D6", "schema-has-teeth")
def schema_has_teeth(subject):
    """
    SCHEMA refuses what cannot be, in every feature and in the target.

    Detected: in a copy of the first rows, each column gets values that cannot be (1e12 and -1e12; "." and an empty
        text), and SCHEMA has to refuse one of them. Rows may not be dropped for being invalid.
    Why: a schema that accepts everything makes D5 pass whatever the data are.
    Do: give the column a check: pa.Check.in_range for numbers, pa.Check.isin for names.
    """
    study, schema = subject.study, subject.data.SCHEMA
    targets, source = study.plan.data.targets, subject.root / "study" / "data.py"
    columns = {name: schema.columns[name] for name in [*study.plan.data.features, *targets]}
    dropping = [name for name, column in columns.items() if column.drop_invalid_rows]
    if schema.drop_invalid_rows or dropping:
        message = "drop_invalid_rows takes rows away in silence: take it out; D5 then names those that are invalid"
        yield at("study/data.py", message, line_of(source, "drop_invalid_rows", "SCHEMA"))
        return
    for name in columns:
        if (value := accepts(schema, study.table, name)) is not None:
            shown = repr(value) if isinstance(value, str) else format(value, "g")
            message = f"{shown} cannot be, and SCHEMA accepts it; give the column a check: {advice(study.table[name])}"
            yield at("study/data.py", message, line_of(source, f'"{name}"', "SCHEMA"), column=name)
    allowed = {
        (target, value)
        for target in targets
        for stated in columns[target].checks
        for value in (stated.statistics or {}).get("allowed_values", ())
        if isinstance(value, str)
    }
    for target, value in sorted(one for one in allowed if one[1] in GAPS):
        message = (
            "is allowed by SCHEMA as a class: it stands for a value that is missing; let read() say so (na_values)"
        )
        yield at("study/data.py", message, line_of(source, f'"{target}"', "SCHEMA"), column=target, value=value)


@check("D7", "canaries-apart")
def canaries_apart(subject):
    """
    Canaries are rows that no model is trained on, under no name, and what they should be told is what the data say.

    Detected: names are compared with those of the other rows, features with theirs (if one is no whole number), the
        expected target with the one in the data.
    Why: a canary that was learned by heart sings whatever is wrong with the model; one that was corrected until the
        model is right says nothing.
    Do: EXCLUDE the copy, or take another canary; its target is what the data say.
    """
    study = subject.study
    if not study.expected:
        raise NotExercised("the plan names no canaries")
    X, y = study.canaries.X, study.canaries.y
    numbers = X.select_dtypes("number")
    fine = numbers.notna() & (numbers % 1 != 0)
    for row, expected in study.expected.items():
        wrong = []
        for side, others in (("a development row", study.development.X), ("sealed", study.sealed.X)):
            if row in others.index:
                wrong.append(f"it is {side}, too; a canary is neither")
            if fine.loc[row].any():  # else equal rows are to be expected
                equal = ~perturbation.differing(others, X.loc[[row] * len(others)].set_axis(others.index)).any(axis=1)
                wrong += [
                    f"row {name!r} has the same features and is {side}: EXCLUDE it" for name in others[equal].index
                ]
        (stated,) = y.loc[[row]].tolist()
        if not is_expected(stated, expected):
            wrong.append(f"the plan expects {expected!r}, the data say {stated!r}: correct it, or take another canary")
        line = line_of(subject.root / files.PLAN, str(row))
        yield from (at(files.PLAN, message, line, row=row) for message in wrong)


def is_expected(answer, expected):
    """Whether an answer is the one that is expected of a canary, or lies within the range that is."""
    if isinstance(expected, tuple | list):
        return expected[0] <= answer <= expected[1]
    return answer == expected
