"""Diabetes patients (Efron et al. 2004), as scikit-learn ships them: 442 rows, progression after a year."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "diabetes.csv"

TARGET, GROUP = "progression", None
FEATURES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.in_range(0, 1000)) for name in FEATURES}
    | {
        "sex": pa.Column(float, pa.Check.isin([1, 2])),
        "bmi": pa.Column(float, pa.Check.in_range(10, 60)),
        "progression": pa.Column(float, pa.Check.in_range(0, 500)),
    },
    index=pa.Index(int, unique=True),
    strict=True,
)
CANARIES = {281: (40, 150), 367: (180, 350)}  # the lightest patient and the heaviest


def load():
    """Read the table; a row is a patient, known by the number in the file."""
    return pd.read_csv(RAW, index_col="patient").astype(float)
