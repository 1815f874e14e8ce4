"""Palmer penguins, as collected: one row a bird, two birds a nest."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "penguins-raw.csv"

MEASURED = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]

EXCLUDE = {"not measured": lambda table: table[MEASURED].isna().all(axis=1)}  # reason -> which rows

SCHEMA = pa.DataFrameSchema(
    {
        "bill_length_mm": pa.Column(float, pa.Check.in_range(25, 70), nullable=True, description="bill length (mm)"),
        "bill_depth_mm": pa.Column(float, pa.Check.in_range(10, 25), nullable=True, description="bill depth (mm)"),
        "flipper_length_mm": pa.Column(float, pa.Check.in_range(150, 250), nullable=True, description="flipper (mm)"),
        "body_mass_g": pa.Column(float, pa.Check.in_range(2000, 7500), nullable=True, description="mass (g)"),
        "species": pa.Column(str, pa.Check.isin(["Adelie", "Chinstrap", "Gentoo"])),
        "island": pa.Column(str, pa.Check.isin(["Biscoe", "Dream", "Torgersen"])),
        "nest": pa.Column(str),
        "sex": pa.Column(str, pa.Check.isin(["FEMALE", "MALE"]), nullable=True),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)

COLUMNS = {
    "Culmen Length (mm)": "bill_length_mm",
    "Culmen Depth (mm)": "bill_depth_mm",
    "Flipper Length (mm)": "flipper_length_mm",
    "Body Mass (g)": "body_mass_g",
    "Island": "island",
    "Sex": "sex",
}


def read():
    """Read the raw rows: all of them, as they are."""
    return pd.read_csv(RAW)


def tidy(raw):
    """
    Make one row of the table from each raw row, from itself alone; the index says which bird it is.

    Returns
    -------
    pandas.DataFrame
        Columns as in `SCHEMA`. Birds of unknown sex are kept; the harness leaves them out, and counts them.

    Examples
    --------
    >>> tidy(read()).loc["PAL0708 Adelie N1A1", ["nest", "sex"]].tolist()
    ['PAL0708 Adelie N1', 'MALE']
    """
    species = raw["Species"].str.split().str[0]
    year_and_species = raw["studyName"] + " " + species + " "
    table = raw[list(COLUMNS)].rename(columns=COLUMNS)
    table[MEASURED] = table[MEASURED].astype(float)
    table["species"] = species
    table["nest"] = year_and_species + raw["Individual ID"].str.extract(r"^(N\d+)A", expand=False)
    return table.set_index(pd.Index(year_and_species + raw["Individual ID"], name="bird"))
