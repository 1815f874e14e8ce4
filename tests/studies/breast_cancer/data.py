"""Breast cancer Wisconsin (Street et al. 1993), as scikit-learn ships it: 569 tumours, 12 of 30 measurements."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

RAW = Path(__file__).parents[1] / "data" / "raw" / "breast_cancer.csv"
MEASURED = ["radius", "texture", "area", "smoothness", "concave points", "symmetry"]

TARGET, GROUP = "diagnosis", None
FEATURES = [f"mean {name}" for name in MEASURED] + [f"worst {name}" for name in MEASURED]
SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.ge(0)) for name in FEATURES}
    | {TARGET: pa.Column(str, pa.Check.isin(["benign", "malignant"]))},
    index=pa.Index(str, unique=True),
    strict=True,
)


def load():
    """Read the table; a row is a tumour."""
    table = pd.read_csv(RAW, index_col="tumour")
    return table[[*FEATURES, TARGET]].set_index("T" + table.index.astype(str))
