"""The data: valid by the study's schema, its rows known by name, each one accounted for."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import StudyError, blame

MEND = "; correct it in load() (make it missing, if nothing better is known), or SCHEMA if the value is right"


class Dataset(NamedTuple):
    """Features, target, what each row depends on (itself, where rows are independent), its time; one common index."""

    X: pd.DataFrame
    y: pd.Series
    groups: pd.Series
    times: pd.Series | None = None

    def take(self, rows):
        """Return some rows, by a boolean mask or by their positions."""
        return Dataset(*(part if part is None else part.iloc[np.asarray(rows)] for part in self))


def load(study):
    """
    Load and validate the study's table; leave out rows that EXCLUDE or a missing target exclude.

    Parameters
    ----------
    study : module
        study.data, with ``load``, ``SCHEMA``, ``FEATURES``, ``TARGET``, ``GROUP`` and perhaps ``TIME``, ``EXCLUDE``.

    Returns
    -------
    table : pandas.DataFrame
        All valid rows, with all columns.
    known : Dataset
        The rows that are kept.
    excluded : dict
        Reason -> how many rows it excluded; a row counts for its first reason.

    Raises
    ------
    StudyError
        Naming row and column of each value that the schema refuses.
    """
    table, excluded = valid(study), {}
    kept = table
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


def valid(study):
    """Load the study's table and hold it against its schema."""
    from pandera.errors import SchemaErrors

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


def canaries(study, known):
    """Return the study's canaries: row -> target that any sound model predicts. They are never trained on."""
    found = getattr(study, "CANARIES", {})
    missing = [name for name in found if name not in known.y.index]
    if missing:
        says = f"there is no row {missing[0]!r} among those that are kept"
        raise StudyError(f"study/data.py: CANARIES: {says}: name a row of load() that EXCLUDE keeps")
    return found
