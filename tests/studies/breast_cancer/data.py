"""Breast cancer Wisconsin (Street et al. 1993), as scikit-learn ships it: 569 tumours, 12 of 30 measurements."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "breast_cancer.csv"
MEASURED = ["radius", "texture", "area", "smoothness", "concave points", "symmetry"]

FEATURES = [f"mean {name}" for name in MEASURED] + [f"worst {name}" for name in MEASURED]
SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.ge(0)) for name in FEATURES}
    | {"diagnosis": pa.Column(str, pa.Check.isin(["benign", "malignant"]))},
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table; a row is a tumour."""
    return pd.read_csv(RAW)


def tidy(raw):
    """Keep twelve measurements; a tumour is known by the number in the file."""
    return raw[[*FEATURES, "diagnosis"]].set_index("T" + raw["tumour"].astype(str))
