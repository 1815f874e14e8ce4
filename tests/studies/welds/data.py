"""Made-up welds: eight readings of each, and three defects that it may have."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "welds.csv"

READINGS = [f"reading_{n}" for n in range(1, 9)]
DEFECTS = ["crack", "pore", "slag"]

SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.in_range(-100, 100)) for name in READINGS}
    | {name: pa.Column(int, pa.Check.isin([0, 1])) for name in DEFECTS},
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a weld."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Let the number of a weld name it."""
    return raw.set_index(raw["weld"].astype(str))[READINGS + DEFECTS]
