"""Weekly levels of a made-up river (tests/test_studies.py draws them): one row a gauge and week."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "levels.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "week": pa.Column("datetime64[ns]"),
        "gauge": pa.Column(str, pa.Check.isin(["north", "mouth", "bridge"])),
        "level": pa.Column(float, pa.Check.ge(0), nullable=True),
        "level_before": pa.Column(float, pa.Check.ge(0)),
        "rain": pa.Column(float, pa.Check.ge(0)),
        "rain_before": pa.Column(float, pa.Check.ge(0)),
        "temperature": pa.Column(float, pa.Check.in_range(-40, 50), nullable=True),
        "frozen": pa.Column(bool),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)
EXCLUDE = {"frozen gauge": lambda table: table["frozen"]}


def read():
    """Read the table, in which what was measured the week before stands already."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Make the week a date; a gauge and its week name a row."""
    table = raw.assign(week=pd.to_datetime(raw["week"])).astype({"week": "datetime64[ns]"})
    return table.set_index(table["gauge"] + " " + table["week"].dt.strftime("%Y-%m-%d"))
