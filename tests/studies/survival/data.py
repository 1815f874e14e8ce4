"""Patients after an operation: 400 rows, months until death, or until they were seen last."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "patients.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "age": pa.Column(float, pa.Check.in_range(18, 110)),
        "marker": pa.Column(float, pa.Check.in_range(-10, 10)),
        "stage": pa.Column(float, pa.Check.isin([1, 2, 3])),
        "survival": pa.Column(float, pa.Check.in_range(-600, 600)),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a patient."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Write months that did not end with death as negative, as XGBoost does."""
    table = raw.set_index(raw["patient"].astype(str).rename("patient"))
    table["survival"] = table["months"].where(table["died"] == 1, -table["months"])
    return table[["age", "marker", "stage", "survival"]].astype(float)
