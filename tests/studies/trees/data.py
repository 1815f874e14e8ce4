"""Black cherry trees (Ryan, Joiner and Ryan 1976): girth in inches, height in feet, timber in cubic feet."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "trees.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "girth": pa.Column(float, pa.Check.in_range(4, 60)),
        "height": pa.Column(float, pa.Check.in_range(10, 150)),
        "volume": pa.Column(float, pa.Check.in_range(1, 500)),
    },
    index=pa.Index(int, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a tree."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Take a tree's number in the file for its name."""
    return raw.set_index("tree").astype(float)
