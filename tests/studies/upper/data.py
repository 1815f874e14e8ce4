"""Calls to a made-up help desk: 500 rows, seconds until somebody answered."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "calls.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "hour": pa.Column(float, pa.Check.in_range(0, 24)),
        "staff": pa.Column(float, pa.Check.in_range(1, 50)),
        "queue": pa.Column(float, pa.Check.in_range(0, 200)),
        "wait": pa.Column(float, pa.Check.in_range(0, 36_000)),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a call."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Let the number of a call name it."""
    return raw.set_index(raw["call"].astype(str)).drop(columns="call").astype(float)
