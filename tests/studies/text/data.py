"""What guests wrote: 400 short texts, and whether they would come again."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "guests.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "text": pa.Column(str, pa.Check.str_length(10, 500)),
        "season": pa.Column(str, pa.Check.isin(["summer", "winter"])),
        "again": pa.Column(str, pa.Check.isin(["no", "yes"])),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a guest."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Take a guest's number for the name."""
    return raw.set_index("guest " + raw["guest"].astype(str))[["text", "season", "again"]]
