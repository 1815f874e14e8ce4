"""Checks of what study/data.py says of its table: SCHEMA refuses what cannot be, canaries are apart."""

import ast
from typing import Any

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from harness import files
from harness.checks.engine import NotExercised, at, check

GAPS = {"", ".", "-", "?", "nan", "NaN", "n/a", "N/A"}  # they stand for a value that is missing; no class is called so
LIMITS = ("allowed_values", "forbidden_values", "pattern", "string", "min_value", "max_value", "value")
IMPOSSIBLE = {"number": (1e12, -1e12), "text": (".", "", "no such value"), "bool": (".",), "time": ()}


def line_of(subject, where, name):
    """Return the line of study/data.py on which a name stands in what is assigned to another; else where that is."""
    tree = ast.parse((subject.root / "study" / "data.py").read_text(encoding="utf-8"))
    for assigned in tree.body:
        if isinstance(assigned, ast.Assign) and any(getattr(one, "id", "") == where for one in assigned.targets):
            inside = (one for one in ast.walk(assigned.value) if isinstance(one, ast.Constant))
            lines = [one.lineno for one in inside if one.value == name and name is not None]
            return min(lines, default=assigned.lineno)
    return None


def canary_line(subject, row):
    """Return the line of the plan that names a canary."""
    lines = (subject.root / files.PLAN).read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, start=1) if str(row) in line), None)


def kind(column):
    """Name the kind of a column: "bool", "number", "time" or "text"."""
    types = pd.api.types
    if types.is_datetime64_any_dtype(column) or types.is_timedelta64_dtype(column):
        return "time"
    return "bool" if types.is_bool_dtype(column) else "number" if types.is_numeric_dtype(column) else "text"


def states_limits(column):
    """Whether a column of SCHEMA has a check that states what it refuses, so that there is no need to try."""
    stated = [one.statistics or {} for one in column.checks if not one.raise_warning and not column.parsers]
    return any(str(one.get(key)) not in ("None", "inf", "-inf") for one in stated for key in LIMITS)


def accepted(schema, table, names):
    """
    Try what cannot be on the first rows of the table: one value in every column at a time, all validated at once.

    Returns
    -------
    dict
        Column -> the first impossible value, where SCHEMA accepts all of them. Checks of the whole table count, and
        types; checks that only warn, and parsers that make something valid of anything, do not.
    """
    probe, tried = table.iloc[:3].copy(), {}
    for name in names:
        column = table[name]
        values: list[Any] = list(IMPOSSIBLE[kind(column)])
        if column.dtype.kind in "iu":
            limits = np.iinfo(getattr(column.dtype, "numpy_dtype", column.dtype))
            values = [int(value) for value in values if limits.min <= value <= limits.max]
        if values := values[: len(probe)]:
            mixed = pd.Series([*values, *column.iloc[len(values) : len(probe)]], probe.index, dtype=object)
            named = isinstance(column.dtype, pd.CategoricalDtype)
            probe[name] = mixed.astype("category" if named else object if kind(column) == "bool" else column.dtype)
            tried[name] = values
    try:
        schema.validate(probe, lazy=True)
        cases = pd.DataFrame(columns=["schema_context", "column", "index"])
    except SchemaErrors as error:
        cases = error.failure_cases
    except Exception:  # a parser of the study gives up: that refuses, too
        return {}
    if (cases["schema_context"] == "DataFrameSchema").any() and not cases["column"].isin(names).all():
        return {}  # a check of the whole table refuses, and does not say for which column
    return {name: values[0] for name, values in tried.items() if not (cases["column"] == name).any()}


def advice(column):
    """Tell which check a column could have."""
    if kind(column) == "number":
        says = f"pa.Check.in_range(LOW, HIGH) by what can be (what is there: {column.min():g} to {column.max():g})"
        return says if column.nunique() > 2 else f"pa.Check.isin({sorted(column.dropna().unique().tolist())})"
    values = sorted(set(map(str, column.dropna().unique())) - GAPS)
    return f"pa.Check.isin({values})" if len(values) <= 10 else "pa.Check.isin([...]) or pa.Check.str_matches(...)"


@check("D6", "schema-has-teeth")
def schema_has_teeth(subject):
    """
    SCHEMA refuses what cannot be, in every feature and in the target.

    Detected: in a copy of the first rows, each column without stated limits gets values that cannot be (1e12 and -1e12;
        "." and an empty text), and SCHEMA has to refuse one of them. Rows may not be dropped for being invalid.
    Why: a schema that accepts everything makes D5 pass whatever the data are.
    Do: give the column a check: pa.Check.in_range for numbers, pa.Check.isin for names.
    """
    study, data = subject.study, subject.data
    schema, target = data.SCHEMA, study.plan.data.target
    columns = {name: schema.columns[name] for name in [*study.plan.data.features, target]}
    dropping = [name for name, column in columns.items() if column.drop_invalid_rows]
    if schema.drop_invalid_rows or dropping:
        says = "drop_invalid_rows takes rows away in silence: take it out; D5 then names those that are invalid"
        yield at("study/data.py", says, line_of(subject, "SCHEMA", dropping[0] if dropping else None))
        return
    vague = [name for name, column in columns.items() if not states_limits(column)]
    for name, value in accepted(schema, study.table, vague).items() if vague else ():
        shown = repr(value) if isinstance(value, str) else format(value, "g")
        says = f"{shown} cannot be, and SCHEMA accepts it; give the column a check: {advice(study.table[name])}"
        yield at("study/data.py", says, line_of(subject, "SCHEMA", name), column=name)
    allowed = [value for one in columns[target].checks for value in (one.statistics or {}).get("allowed_values", ())]
    for value in sorted(GAPS & {one for one in allowed if isinstance(one, str)}):
        says = "is allowed by SCHEMA as a class: it stands for a value that is missing; let read() say so (na_values)"
        yield at("study/data.py", says, line_of(subject, "SCHEMA", target), column=target, value=value)


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
        found = []
        for side, others in (("a development row", study.development.X), ("sealed", study.sealed.X)):
            if row in others.index:
                found.append(f"it is {side}, too; a canary is neither")
            if fine.loc[row].any():  # else equal rows are to be expected
                one = fine.columns[fine.loc[row].argmax()]
                near = others[(others[one] == X.at[row, one]).to_numpy()].astype(object)
                same = near.index[((near == X.loc[row]) | (near.isna() & X.loc[row].isna())).all(axis=1)]
                found += [f"row {name!r} has the same features and is {side}: EXCLUDE it" for name in same]
        (stated,) = y.loc[[row]].tolist()
        within = isinstance(expected, tuple | list)
        if not (expected[0] <= stated <= expected[1] if within else stated == expected):
            found.append(f"the plan expects {expected!r}, the data say {stated!r}: correct it, or take another canary")
        yield from (at(files.PLAN, says, canary_line(subject, row), row=row) for says in found)
