"""Palmer penguins, as collected: one row a bird, two birds a nest. The question is the species."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "penguins-raw.csv"
COLUMNS = {
    "Culmen Length (mm)": "bill_length_mm",
    "Culmen Depth (mm)": "bill_depth_mm",
    "Flipper Length (mm)": "flipper_length_mm",
    "Body Mass (g)": "body_mass_g",
}

SCHEMA = pa.DataFrameSchema(
    {
        "bill_length_mm": pa.Column(float, pa.Check.in_range(25, 70), nullable=True),
        "bill_depth_mm": pa.Column(float, pa.Check.in_range(10, 25), nullable=True),
        "flipper_length_mm": pa.Column(float, pa.Check.in_range(150, 250), nullable=True),
        "body_mass_g": pa.Column(float, pa.Check.in_range(2000, 7500), nullable=True),
        "species": pa.Column(str, pa.Check.isin(["Adelie", "Chinstrap", "Gentoo"])),
        "island": pa.Column(str, pa.Check.isin(["Biscoe", "Dream", "Torgersen"])),
        "sex": pa.Column(str, nullable=True),
        "nest": pa.Column(str),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)
EXCLUDE = {"never measured": lambda table: table[list(COLUMNS.values())].isna().all(axis=1)}


def read():
    """Read the raw rows."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Name species and nest; the index says which bird a row is."""
    species = raw["Species"].str.split().str[0]
    place = raw["studyName"] + " " + species + " "
    table = raw[list(COLUMNS)].rename(columns=COLUMNS).astype(float)
    table = table.assign(species=species, island=raw["Island"], sex=raw["Sex"])
    table["nest"] = place + raw["Individual ID"].str.extract(r"^(N\d+)A", expand=False)
    return table.set_index(pd.Index(place + raw["Individual ID"], name="bird"))
