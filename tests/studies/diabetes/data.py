"""Diabetes patients (Efron et al. 2004), as scikit-learn ships them: 442 rows, progression after a year."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

TARGET, GROUP = "progression", None
FEATURES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float) for name in FEATURES} | {TARGET: pa.Column(float, pa.Check.in_range(0, 500))}, strict=True
)


def load():
    """Read the table; a row is a patient, known by the number in the file."""
    return pd.read_csv(Path(__file__).parents[1] / "data" / "raw" / "diabetes.csv", index_col="patient").astype(float)
