"""Friedman's first function (1991), the usual benchmark of regressions: five inputs matter, five do not."""

import pandas as pd
import pandera.pandas as pa
from sklearn.datasets import make_friedman1

FEATURES = [f"x{n}" for n in range(10)]
SCHEMA = pa.DataFrameSchema(
    {name: pa.Column(float, pa.Check.in_range(0, 1)) for name in FEATURES} | {"y": pa.Column(float)}
)


def read():
    """Make 200 rows."""
    X, y = make_friedman1(200, noise=1.0, random_state=1991)
    return pd.DataFrame(X, columns=FEATURES).assign(y=y)


def tidy(raw):
    """Take the number of a draw for its name."""
    return raw.rename_axis("draw")
