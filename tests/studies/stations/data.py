"""Made-up stations beside roads: 40 stations, 30 months."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "stations.csv"

SCHEMA = pa.DataFrameSchema(
    {
        "station": pa.Column(str),
        "month": pa.Column("datetime64[ns]"),
        "traffic": pa.Column(float, pa.Check.in_range(0, 200)),
        "width": pa.Column(float, pa.Check.in_range(1, 100)),
        "wind": pa.Column(float, pa.Check.in_range(0, 40)),
        "wind_before": pa.Column(float, pa.Check.in_range(0, 40), nullable=True),
        "no2": pa.Column(float, pa.Check.in_range(0, 400)),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)
EXCLUDE = {"first month of a station": lambda table: table["wind_before"].isna()}


def read():
    """Read the table; a row is a station and month."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Give a row the wind of its station's month before; station and month name it."""
    table = raw.assign(month=pd.to_datetime(raw["month"])).astype({"month": "datetime64[ns]"})
    table = table.sort_values(["station", "month"])
    table["wind_before"] = table.groupby("station")["wind"].shift(1)
    return table.set_index(table["station"] + " " + table["month"].dt.strftime("%Y-%m"))
