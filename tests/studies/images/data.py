"""Pictures of cloth: 2,000 files of 16 x 16 pixels, and a table that names them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from PIL import Image

RAW = Path(__file__).parents[1] / "data" / "raw"

SCHEMA = pa.DataFrameSchema(
    {
        "image": pa.Column(object, pa.Check(lambda image: image.shape == (16, 16), element_wise=True)),
        "loom": pa.Column(str, pa.Check.isin(["new", "old"])),
        "stripes": pa.Column(str, pa.Check.isin(["warp", "weft"])),
    },
    index=pa.Index(str, unique=True),
    strict=True,
)


def read():
    """Read the table, and of each row its file: pixels from 0 to 255."""
    table = pd.read_csv(RAW / "pictures.csv")
    return table.assign(image=[np.asarray(Image.open(RAW / name)) for name in table["file"]])


def tidy(raw):
    """Name a picture by its file."""
    return raw.set_index("file")
