"""Sites: one row a site; its zone is a code."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "sites.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "x1": pa.Column(float, pa.Check.in_range(-10, 10)),
        "x2": pa.Column(float, pa.Check.in_range(-10, 10)),
        "zone": pa.Column(int),
        "country": pa.Column(str, pa.Check.isin(["NA", "ZA", "BW"])),
        "outcome": pa.Column(str, pa.Check.isin(["yes", "no"]), nullable=True),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the raw table; NA is Namibia."""
    return pd.read_csv(RAW, dtype={"site": str}, keep_default_na=False, na_values={"outcome": [""]})


def tidy(raw):
    """Let the index say which site a row is."""
    return raw.set_index("site")
