"""Checks of what a study reads: it can be read, as listed, every row accounted for, seen by whom it may be."""

import hashlib
import itertools
import os

from harness import files
from harness.checks import perturbation
from harness.checks.engine import Note, NotExercised, at, check
from harness.exceptions import StudyError
from harness.method import variation
from harness.plan import plan
from harness.provenance import datasheet, rawdata, record

MANIFEST = rawdata.MANIFEST
REMEDY = "Return every row; leave rows out in EXCLUDE, with a reason."


@check("P0", "study-readable", before_run=True)
def study_readable(subject):
    """
    Plan, data and models are there, complete, and name nothing that the others do not have.

    Detected: the plan is read, each name in it is looked up, each model is built.
    Why: a key that is misspelt or left out is a decision that nobody took; a default would take it in silence.
    Do: correct what each line names; `harness plan` prints every value and where it came from.
    """
    plan.read(subject.root / files.PLAN)
    try:
        subject.table()
    except StudyError:
        raise NotExercised("read() and tidy() give no valid table: D5 says why") from None
    study = subject.read()
    variation.variants(study.plan, study.models["candidate"](0))


def as_listed(root, path, digest):
    """Return the commit and the lines of a file that had this hash when it was listed; None if git has none."""
    if not (commit := files.git(root, "log", "-1", "--format=%h", "-S", digest, "--", MANIFEST)):
        return None
    content = files.committed(root, commit, path)
    return (commit, content.splitlines()) if content is not None and files.text_hash(content) == digest else None


def first_change(old, new):
    """
    Return the first line in which a file has changed, from a little before where it has, and its number.

    Examples
    --------
    >>> first_change([b"a", b"1"], [b"a", b"2"]), first_change([b"a"], [b"a", b"b"]), first_change([b"a"], [b"a"])
    (("was '1', is '2'", 2), ("was '', is 'b'", 2), ('only its line ends', None))
    """
    for number, pair in enumerate(itertools.zip_longest(old, new, fillvalue=b""), start=1):
        if pair[0] != pair[1] and b"\0" in pair[0] + pair[1]:
            return "other bytes of what is no text", None
        if pair[0] != pair[1]:
            start = max(0, len(os.path.commonprefix(pair)) - 12)
            was, now = (line[start : start + 40].decode("utf-8", "replace") for line in pair)
            return f"was {was!r}, is {now!r}", number
    return "only its line ends", None


@check("D1", "data-unchanged", before_run=True)
def data_unchanged(subject):
    """
    Every file in data/raw is the one that data/MANIFEST.sha256 lists, byte for byte.

    Detected: each file is hashed; of one that has changed, git is asked for the bytes that were listed.
    Why: scores belong to the data they were computed on; other data under the same name makes them a tale.
    Do: take the change back (git checkout COMMIT -- FILE); corrections belong into tidy(), where they can be read. If
        the data is really to be other: `harness manifest`, and a new run.
    """
    digests = rawdata.listed(subject.root / "data")
    for n, (name, what, remedy) in enumerate(rawdata.unlike_manifest(subject.root / "data")):
        path, line, message = f"data/{name}", None, f"{what} ({MANIFEST})"
        small = (
            n < rawdata.MANY and what == "has changed" and (subject.root / path).stat().st_size < perturbation.LARGEST
        )
        if small and (known := as_listed(subject.root, path, digests[name])):
            change, line = first_change(known[1], (subject.root / path).read_bytes().splitlines())
            message += f": {change}; take it back: git checkout {known[0]} -- '{path}', and correct values in tidy()"
        yield at(path, f"{message}; {remedy}", line)


@check("D2", "rows-accounted")
def rows_accounted(subject):
    """
    Every row that was read is in development, sealed, a canary, or excluded for a reason: once, none is lost.

    Detected: the rows are counted, in the study and in the accepted result. The table has to have as many as read()
        gives, or as there are values of [data] unit; read() as many as the csv in data/raw that has its columns.
    Why: rows that vanish in silence are seldom like the others; scores are better without the hard ones.
    Do: leave rows out by EXCLUDE in study/data.py alone, where each has a reason and is counted.
    """
    study = subject.study
    sides = {"development": study.development, "sealed": study.sealed, "canaries": study.canaries}
    first, *others = (rows.y.index for rows in sides.values())
    names = first.append(others)
    yield from (f"row {name!r} is on two sides" for name in names[names.duplicated()])
    counted = {"study": study.rows}
    if (subject.root / "results" / "run.json").is_file():
        counted["results/run.json"] = record.read(subject.root / "results")["rows"]
    for place, rows in counted.items():
        placed = sum(rows[side] for side in sides) + sum(rows["excluded"].values())
        if placed != rows["read"]:
            yield f"{place}: {rows['read']} rows were read, {placed} are accounted for"
    unit = study.plan.data.unit
    expected = perturbation.expected_rows(subject.raw, unit)
    if len(study.table) < expected:
        row = None if unit else perturbation.lost(subject)
        example = f", for example not raw row {row}" if row else ""
        of = f"{expected} values of {unit}" if unit else f"{expected} raw rows"
        yield at("study/data.py", f"tidy() gives {len(study.table)} of {of}{example}. {REMEDY}")
    for message in perturbation.unread(subject.root, subject.raw):
        yield message if isinstance(message, Note) else at("study/data.py", f"{message}. {REMEDY}")


@check("D5", "rows-valid", before_run=True)
def rows_valid(subject):
    """
    tidy() gives a table, and every value in it is one that SCHEMA in study/data.py allows.

    Detected: the table is read, tidied and held against the schema.
    Why: a value that cannot be (a sex of ".", a mass of 0) is learned from and scored like any other.
    Do: correct the value in tidy(), or make it missing there (EXCLUDE can leave its row out then, with a reason); or
        correct the schema, if the value is right.
    """
    subject.table()


def blob(path):
    """Return the name that git gives to the bytes of a file, whether it tracks them or not."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@check("D3", "access-respected")
def access_respected(subject):
    """
    Raw data that is not open to everyone, by data/DATASHEET.md, is not in git, where every clone would have it.

    Detected: `access` in the datasheet is held against the files of data/raw that git tracks or that are staged, and
        against copies of them elsewhere.
    Why: what was pushed once cannot be called back, and people may have been promised that their data stays here.
    Do: `git rm --cached FILE`, and name it in .gitignore; data/sources.toml or DVC says where else it is kept. Where
        it was pushed already, its history has to be rewritten, too.
    """
    try:
        access = datasheet.read(subject.root)[0].access
    except StudyError as error:
        raise StudyError(f"{error}; until that is mended nobody can tell who may see the data") from None
    tracked = files.git(subject.root, "ls-files", "-s", "-z")  # of the index: also what is staged for a commit
    if tracked is None:
        raise NotExercised("there is no git repository here: git init && git add -A && git commit")
    if access == "open":
        return
    raw = (path for path in (subject.root / "data" / "raw").rglob("*") if path.is_file())
    copies = {blob(path) for path in raw if path.stat().st_size}  # an empty file is a copy of any other
    for line in filter(None, tracked.split("\0")):
        entry, path = line.split("\t", 1)  # mode, hash and stage; the path
        below = path.startswith("data/raw/")
        if rawdata.is_raw(path) if below else entry.split()[1] in copies:
            what = "is in git" if below else "is a copy of a raw file, and in git"
            remedy = f"take it out: git rm --cached '{path}', and name it in .gitignore"
            yield at(path, f"{what}, but data/DATASHEET.md says access: {access}; {remedy}")
