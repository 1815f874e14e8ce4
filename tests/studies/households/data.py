"""Households of a made-up survey: 600 rows, each of which stands for many others."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "households.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "area": pa.Column(float, pa.Check.in_range(10, 400)),
        "people": pa.Column(float, pa.Check.in_range(1, 20)),
        "age_of_house": pa.Column(float, pa.Check.in_range(0, 200)),
        "stands_for": pa.Column(float, pa.Check.in_range(1, 1000)),
        "heat": pa.Column(float, pa.Check.in_range(0, 10_000)),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a household."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Let the number of a household name it."""
    return raw.set_index(raw["household"].astype(str)).drop(columns="household").astype(float)
