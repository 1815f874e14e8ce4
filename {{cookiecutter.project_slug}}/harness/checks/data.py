"""Checks of the data: it is what was listed, and every row is accounted for."""

import pandas as pd

from .. import dataset, inputs, record
from .registry import check


@check("D1", "data-unchanged", before_run=True)
def data_unchanged(root):
    """Every file in data/raw has the hash that data/MANIFEST.sha256 lists."""
    return dataset.manifest_problems(root / "data")


@check("D2", "rows-accounted")
def rows_accounted(root):
    """Every row that load() gives is in development, sealed, a canary, or excluded for a reason: once, none is lost."""
    study = inputs.read(root)
    sides = {"development": study.development, "sealed": study.sealed, "canaries": study.canaries}
    names = pd.Index([name for side in sides.values() for name in side.y.index])
    yield from (f"row {name!r} is on two sides" for name in names[names.duplicated()])
    for side, rows in sides.items():
        if len(rows.y) != study.rows[side]:
            yield f"{len(rows.y)} rows are {side}, {study.rows[side]} are counted"
    counted = {"study": study.rows}
    if (root / "results" / "run.json").is_file():
        counted["results/run.json"] = record.read(root / "results")["rows"]
    for where, rows in counted.items():
        if "read" in rows:  # a harness before this one did not count it
            placed = sum(rows[side] for side in sides) + sum(rows["excluded"].values())
            if placed != rows["read"]:
                yield f"{where}: {rows['read']} rows were read, {placed} are accounted for"
