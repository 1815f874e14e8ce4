"""The attempts: every run that there was when a result was accepted, so that the accepted one is not seen alone."""

import csv
import fnmatch
import io
from pathlib import Path
from typing import Any

import pandas as pd

from harness import files, words
from harness.provenance import record

PATH = "results/attempts.csv"
NAME = "attempts.csv"
COLUMNS = ["id", "started", "ended", "status", "verdict", "metric", "difference", "seed", "plan", "study", "commit"]
COLUMNS += ["question"]
ASKED = ("metric", "margin", "direction", "alpha", "family")  # what the verdict follows from, besides the scores
BESIDE = (files.PLAN, "*/test_*", "study/checks.py")  # no run depends on it, or the plan's own hash tells of it
GOES_ON = "running"  # such a row is written again once it has ended; all others stay as they are


def row(run: dict[str, Any]) -> dict[str, str]:
    """
    Return what the file says of a run.

    ``plan`` is a hash of the plan without its seed and its waivers, ``study`` one of the code and the data: runs that
    have both in common, and another seed, are attempts at the same. ``question`` is one of `ASKED`.
    """
    found = {key: run.get(key) for key in ("id", "started", "ended", "status", "verdict", "commit")}
    found["metric"] = next(iter(run.get("metrics", [])), None)
    found["study"] = short_hash(sorted(study_sources(run).items()))
    if stated := run.get("plan"):
        evaluation = {key: value for key, value in stated["evaluation"].items() if key != "seed"}
        found["seed"] = stated["evaluation"]["seed"]
        rest = {key: value for key, value in stated.items() if key != "waivers"}
        found["plan"] = short_hash(rest | {"evaluation": evaluation})
        found["question"] = short_hash([stated["question"].get(key) for key in ASKED])
    if run.get("comparisons"):
        found["difference"] = words.main_comparison(run)["value"]
    return {key: "" if found.get(key) is None else str(found[key]) for key in COLUMNS}


def study_sources(run: dict[str, Any]) -> dict[str, str]:
    """Return the code and the data that a run read, by their hashes."""
    named = run.get("sources", {}).items()
    own = {name: digest for name, digest in named if name.startswith(("study/", "data/"))}
    return {name: digest for name, digest in own.items() if not any(fnmatch.fnmatch(name, no) for no in BESIDE)}


def short_hash(facts: object) -> str:
    """Return twelve characters that tell facts from any others."""
    return files.text_hash(repr(facts))[:12]


def parse(text: str) -> dict[str, dict[str, str]]:
    """Read rows from the text of the file, by the run's id."""
    rows = ({key: one.get(key) or "" for key in COLUMNS} for one in csv.DictReader(io.StringIO(text)))
    return {one["id"]: one for one in rows if one["id"]}


def lost(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> str | None:
    """Name a row that had ended before, and is another or gone after; None if there is none."""
    ended = (name for name, one in before.items() if one["status"] != GOES_ON)
    return next((name for name in ended if after.get(name) != before[name]), None)


def listed(root: Path) -> dict[str, dict[str, str]]:
    """Read the rows of results/attempts.csv, by the run's id; none if there is no such file."""
    path = root / PATH
    return parse(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write(root: Path, folder: Path) -> None:
    """Write attempts.csv into a folder: what results/ has already, and every run in runs/."""
    rows = {one["id"]: row(one) for one in record.runs(root)}
    rows |= {name: one for name, one in listed(root).items() if one["status"] != GOES_ON or name not in rows}
    files.write_table(folder / NAME, pd.DataFrame([rows[name] for name in sorted(rows)], columns=COLUMNS))
