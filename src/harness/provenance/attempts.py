"""The attempts: every run that there was when a result was accepted, so that the accepted one is not seen alone."""

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd

from harness import files, words
from harness.provenance import record

PATH = "results/attempts.csv"
ASKED = ("metric", "margin", "direction", "alpha", "family")  # what the verdict follows from, besides the scores
METRICS = "study/metrics.py"
MEASURED = ("greater_is_better", "low", "high", "response_method")  # of a metric of the study
RECORDED = ["id", "started", "ended", "status", "verdict", "commit"]  # as in the record
COLUMNS = [*RECORDED, "kind", "metric", "difference", "seed", "plan", "study", "question"]


def row(run: dict[str, Any]) -> dict[str, str]:
    """
    Return what the file says of a run, its plan (but for seed and waivers), study and question as hashes.

    Runs with the same plan and the same study, and another seed, are attempts at the same.
    """
    facts = {key: run.get(key) for key in RECORDED} | {"metric": next(iter(run.get("metrics", [])), None)}
    facts["kind"] = "replay" if run.get("replay_of") else "try" if run.get("exploratory") else "run"
    sources = {name: digest for name, digest in run.get("sources", {}).items() if name.startswith(("study/", "data/"))}
    sources.pop(files.PLAN, None)  # which has a hash of its own
    own = sources.pop(METRICS, None)
    facts["study"] = short_hash(sorted(sources.items()))
    if "plan" in run:
        evaluation = dict(run["plan"]["evaluation"])
        facts["seed"] = evaluation.pop("seed")
        facts["plan"] = short_hash(run["plan"] | {"evaluation": evaluation, "waivers": None})
        question = [run["plan"]["question"].get(key) for key in ASKED]
        stated = run["plan"].get("metrics", {}).get(facts["metric"]) or {}
        if stated.get("greater_is_better") is not None:  # a metric of the study: what it measures is asked, too
            question += [own, *(stated.get(key) for key in MEASURED)]
        facts["question"] = short_hash(question)
    if "comparisons" in run:
        facts["difference"] = words.main_comparison(run)["value"]
    return {key: "" if facts.get(key) is None else str(facts[key]) for key in COLUMNS}


def short_hash(facts: object) -> str:
    """Return twelve characters that tell facts from any others."""
    return files.text_hash(repr(facts))[:12]


def parse(text: str) -> dict[str, dict[str, str]]:
    """Read rows from the text of the file, by the run's id."""
    return {run["id"]: run for run in csv.DictReader(io.StringIO(text))}


def lost(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> str | None:
    """Return the id of a run that had ended before, and whose row is another or gone after; None if there is none."""
    ended = (name for name, run in before.items() if run["status"] != "running")
    return next((name for name in ended if after.get(name) != before[name]), None)


def listed(root: Path) -> dict[str, dict[str, str]]:
    """Read the rows of results/attempts.csv, by the run's id; none if there is no such file."""
    return parse(files.read_text(root / PATH))


def write(root: Path, folder: Path) -> None:
    """Write attempts.csv into a folder: what results/ has of runs that had ended, and every other run in runs/."""
    rows = {run["id"]: row(run) for run in record.runs(root)}
    rows |= {name: run for name, run in listed(root).items() if run["status"] != "running" or name not in rows}
    files.write_table(folder / Path(PATH).name, pd.DataFrame([rows[name] for name in sorted(rows)], columns=COLUMNS))
