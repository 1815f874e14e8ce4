"""Diabetes patients (Efron et al. 2004), as scikit-learn ships them: 442 rows, progression after a year."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "diabetes.csv"

SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.in_range(0, 1000)) for name in ["age", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]}
    | {
        "sex": pa.Column(float, pa.Check.isin([1, 2])),
        "bmi": pa.Column(float, pa.Check.in_range(10, 60)),
        "progression": pa.Column(float, pa.Check.in_range(0, 500)),
    },
    index=pa.Index(int, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a patient."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Take a patient's number in the file for her name."""
    return raw.set_index("patient").astype(float)
