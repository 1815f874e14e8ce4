"""Checks of the data: as listed, every row accounted for, seen by whom it may be, described as it is."""

import pandas as pd

from harness import files
from harness.checks import differences, dropped, readers
from harness.checks.registry import Evidence, NotExercised, at, check, readable, remembered
from harness.exceptions import StudyError
from harness.provenance import datasheet, rawdata, record
from harness.publish import croissant
from harness.study import data_module, load_dataset


@check("D1", "data-unchanged", before_run=True)
def data_unchanged(root):
    """
    Every file in data/raw is the one that data/MANIFEST.sha256 lists, byte for byte.

    Detected: each file is hashed; of one that has changed, git is asked for the bytes that were listed.
    Why: scores belong to the data they were computed on; other data under the same name makes them a tale.
    Do: take the change back (git checkout COMMIT -- FILE); corrections belong into load(), where they can be read. If
        the data is really to be other: `python -m harness manifest`, and a new run.
    """
    known = rawdata.listed(root / "data")
    for name, what, then in rawdata.unlike_manifest(root / "data"):
        file, line, says = f"data/{name}", None, f"data/{name} {what} (data/MANIFEST.sha256)"
        if what == "has changed" and (old := differences.listed(root, name, known[name])):
            commit, content = old
            how, line = differences.difference(content, (root / file).read_bytes())
            says += f": {how}; take it back: git checkout {commit} -- '{file}'"
            says += ", and correct values in load()" if line else ""
            then = then.replace("that", "it")
        yield Evidence(f"{says}; {then}", file=file, line=line)


@check("D2", "rows-accounted")
def rows_accounted(root):
    """
    Every row that was read is in development, sealed, a canary, or excluded for a reason: once, none is lost.

    Detected: the rows are counted, in the study and in the accepted result. load() is watched while it reads: options
        that take rows away (nrows, on_bad_lines, skipfooter) are tried without; and where it gives fewer rows than it
        reads, it is given parts of them, which tells rows that are left out from rows that are put together.
    Why: rows that vanish in silence are seldom like the others; scores are better without the hard ones.
    Do: leave rows out by EXCLUDE in study/data.py alone, where each has a reason and is counted.
    """
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
    seen, table = watched_load(root)
    found = [*dropped.cut_short(seen)] or dropped.left_out(readers.data().load, seen, len(table))
    for line, says in found:
        yield at("study/data.py", f"{says}; let load() give every row, and EXCLUDE leave out, with a reason", line=line)


@remembered
def watched_load(root):
    """Load the valid table, and note what is read meanwhile."""
    with readers.watched() as seen:
        table, _, _ = load_dataset(data_module("study/data.py"))
    return seen, table


@check("D5", "rows-valid", before_run=True)
def rows_valid(root):
    """
    load() gives a table, and every value in it is one that SCHEMA in study/data.py allows.

    Detected: the table is loaded and held against the schema.
    Why: a value that cannot be (a sex of ".", a mass of 0) is learned from and scored like any other.
    Do: correct the value in load(), or make it missing there (EXCLUDE can leave its row out then, with a reason); or
        correct the schema, if the value is right.
    """
    watched_load(root)


@check("D3", "access-respected")
def access_respected(root):
    """
    Raw data that is not open to everyone, by data/DATASHEET.md, is not in git, where every clone would have it.

    Detected: `access` in the datasheet is held against the files of data/raw that git tracks or that are staged, and
        against copies of them elsewhere.
    Why: what was pushed once cannot be called back, and people may have been promised that their data stays here.
    Do: `git rm --cached FILE`, and name it in .gitignore; data/sources.toml or DVC says where else it is kept. Where
        it was pushed already, its history has to be rewritten, too.
    """
    try:
        facts, _ = datasheet.read(root)
    except StudyError as error:
        raise StudyError(f"{error}; until that is mended nobody can tell who may see the data") from None
    tracked = files.git(root, "ls-files", "-s", "-z")  # of the index: also what is staged for a commit
    if tracked is None:
        raise NotExercised("there is no git repository here")
    if facts.access == "open":
        return
    blobs = dict(line.partition("\t")[::-2] for line in tracked.split("\0") if line)  # path -> mode, hash, stage
    raw = (path for path in (root / "data" / "raw").rglob("*") if path.is_file())
    kept = {differences.blob(path) for path in raw if path.stat().st_size}  # an empty file is a copy of any other
    for name, facts_of_it in blobs.items():
        below = name.startswith("data/raw/")
        if rawdata.is_raw(name) if below else facts_of_it.split()[1] in kept:
            what = "" if below else ", a copy of a raw file,"
            says = f"{name}{what} is in git, but data/DATASHEET.md says access: {facts.access}"
            says += f"; take it out: git rm --cached '{name}', and name it in .gitignore"
            yield Evidence(says, file=name)


@check("D4", "croissant-in-step")
def croissant_in_step(root):
    """
    data/croissant.json, which describes the data to machines, follows from datasheet, manifest and schema.

    Detected: it is made anew and compared.
    Why: whoever finds the data by its description would get licence, columns or limits that are not true any more.
    Do: `python -m harness manifest` after a change of data, datasheet or SCHEMA.
    """
    if any(rawdata.manifest_problems(root / "data")):
        raise NotExercised("the raw data is not as listed: D1 says where")
    readable(root)
    path, text = root / croissant.PATH, croissant.text(root)
    held = path.read_text(encoding="utf-8") if path.is_file() else None
    if held != text:
        what = "is missing" if held is None else f"is not what follows now: {differences.of_json(held, text)}"
        yield f"{croissant.PATH} {what}; make it: python -m harness manifest"
