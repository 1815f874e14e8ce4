"""Checks of the data: as listed, every row accounted for, seen by whom it may be, described as it is."""

import pandas as pd

from .. import dataset, inputs, rawdata, record
from ..publish import croissant, datasheet
from .registry import NotExercised, check, readable


@check("D1", "data-unchanged", before_run=True)
def data_unchanged(root):
    """Every file in data/raw has the hash that data/MANIFEST.sha256 lists."""
    return rawdata.manifest_problems(root / "data")


@check("D2", "rows-accounted")
def rows_accounted(root):
    """Every row that load() gives is in development, sealed, a canary, or excluded for a reason: once, none is lost."""
    study = readable(root)
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


@check("D5", "rows-valid", before_run=True)
def rows_valid(root):
    """
    load() gives a table, and every value in it is one that SCHEMA in study/data.py allows.

    Detected: the table is loaded and held against the schema.
    Why: a value that cannot be (a sex of ".", a mass of 0) is learned from and scored like any other.
    Do: correct load(), or the schema if the value is right; rows to be left out go into EXCLUDE, with a reason.
    """
    dataset.load(inputs.data_module("study/data.py"))


@check("D3", "access-respected")
def access_respected(root):
    """Raw data that is not open to everyone, by data/DATASHEET.md, is not in git, where every clone would have it."""
    facts, _ = datasheet.read(root)
    tracked = record.git(root, "ls-files", "-z", "data/raw")  # of the index: also what is staged for a commit
    if tracked is None:
        raise NotExercised("there is no git repository here")
    for name in filter(rawdata.is_raw, filter(None, tracked.split("\0"))):
        if facts.access != "open":
            says = f"{name} is in git, but data/DATASHEET.md says access: {facts.access}"
            yield f"{says}; take it out: git rm --cached '{name}', and name it in .gitignore"


@check("D4", "croissant-in-step")
def croissant_in_step(root):
    """data/croissant.json, which describes the data to machines, follows from datasheet, manifest and schema."""
    if any(rawdata.manifest_problems(root / "data")):
        raise NotExercised("the raw data is not as listed: D1 says where")
    readable(root)
    path, text = root / croissant.PATH, croissant.text(root)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        yield f"{croissant.PATH} is missing, or not what follows now: python -m harness manifest"
