"""Apple trees in made-up orchards: 300 rows, six of each orchard."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "orchards.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "orchard": pa.Column(str),
        "water": pa.Column(float, pa.Check.in_range(0, 100)),
        "sun": pa.Column(float, pa.Check.in_range(0, 24)),
        "age": pa.Column(float, pa.Check.in_range(0, 80)),
        "apples": pa.Column(float, pa.Check.in_range(0, 400)),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a tree."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Let orchard and number name a tree."""
    return raw.set_index(raw["orchard"] + " / " + raw["tree"].astype(str)).drop(columns="tree")
