"""Replay: repeat a recorded command from a clean clone of its commit, and compare number by number."""

import argparse
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from harness import files
from harness.exceptions import StudyError
from harness.plan import sections
from harness.provenance import accepted, clone, machine, record, tolerance
from harness.words import print_table

FILE = "replay.json"
DEVIATIONS = "study/DEVIATIONS.md"
TABLES = ("scores", "predictions", "splits")
HEADER = ("metric", "numbers", "tier", "tolerance", "status", "largest difference")
SHORT = ["id", "started", "user", "name", "host", "commit", "git", "python", "processor", "platform"]
SHORT += ["lock_sha256", "data_sha256", "command"]
NONE = "there is no accepted result yet, and no run of a committed study"


def subject(root: Path, run_id: str | None = None) -> Path | None:
    """Return the folder to replay: of the run named, else the accepted, else the newest of a committed study."""
    named = root / "runs" / str(run_id)
    if run_id and (named.is_dir() or not is_accepted(root, run_id)):
        return named
    if (root / "results" / "run.json").is_file():
        return root / "results"
    for run in record.runs(root):
        if record.is_whole(run) and run["committed"]:
            return root / "runs" / run["id"]
    return None


def is_accepted(root: Path, run_id: str) -> bool:
    """Return whether this run is the accepted one."""
    return (root / "results" / "run.json").is_file() and record.read(root / "results")["id"] == run_id


def replay(
    root: Path,
    folder: Path,
    workers: int | None = None,
    here: bool = False,
    image: str | None = None,
    at: str | None = None,
) -> dict[str, Any]:
    """Repeat a run by the options of `harness replay`, and compare; return what replay.json in its new folder holds."""
    run = record.read_finished(folder)
    outcome = {"status": "not comparable", "replay_of": run["id"], "rows": [], "tier": None, "differs": []}
    if run["commit"] is None:
        return outcome | {"cause": f"run {run['id']} has no commit to go back to ({run['git']}). Commit, run again."}
    revision, patched = at or run["commit"], None if at else run["patch_sha256"]
    commit = files.git(root, "rev-parse", "--verify", "--quiet", revision + "^{commit}")
    if commit is None:
        raise StudyError(f"replay: git has no commit {revision}. Is the clone shallow, or was it rebased away?")
    with tempfile.TemporaryDirectory(prefix="replay-") as place:
        study, out = clone.clone(root, Path(place, "clone"), commit), Path(place, "run")
        out.mkdir()
        if patched:
            clone.apply_patch(study, folder / machine.PATCH, patched)
        clone.bring_data(root, study)
        more = ["--workers", str(workers)] if workers else []  # of two the last counts
        command = [*on_this_machine(run["argv"][3:]), *more]
        try:
            clone.run_harness(study, out, command, here, image)
        finally:
            kept = keep(root, out, run["id"])
        lock = (study / files.LOCK).read_text(encoding="utf-8")
    locked = set(re.findall(r"^(\w[^=\s]*)==", lock, re.M))  # for whatever platform
    outcome |= {"commit": commit, "patched": bool(patched), "environment": image or ("present" if here else "fresh")}
    outcome |= {"by": machine.whoever() | {"date": datetime.now(UTC).isoformat()}}
    outcome |= compare(folder, kept, locked) | {"deviations": deviations(root, run["id"])}
    files.write_json(kept / FILE, outcome)
    return outcome | {"folder": kept}


def on_this_machine(argv: list[str]) -> list[str]:
    """
    Return a run's arguments without those that sent its fits elsewhere: by them the scores are the same, bit for bit.

    Examples
    --------
    >>> on_this_machine(["run", "--workers", "40", "--slurm", "--", "--time=10"])
    ['run']
    >>> on_this_machine(["run", "--workers", "2"])
    ['run', '--workers', '2']
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--slurm", action="store_true")
    parser.add_argument("--scheduler")
    parser.add_argument("--workers")
    elsewhere, own = parser.parse_known_args(argv[: argv.index("--")] if "--" in argv else argv)
    here = not (elsewhere.slurm or elsewhere.scheduler)
    return [*own, "--workers", elsewhere.workers] if here and elsewhere.workers else own


def keep(root: Path, out: Path, replayed: str) -> Path:
    """Move the record of a repetition, if it left one, to runs/, however it ended; return its folder."""
    if not (out / "run.json").is_file():
        return out
    run = record.read(out) | {"replay_of": replayed}
    files.write_json(out / "run.json", run)
    folder = root / "runs" / run["id"]
    folder.parent.mkdir(exist_ok=True)
    return Path(shutil.move(out, folder))


def compare(folder: Path, kept: Path, locked: set[str]) -> dict[str, Any]:
    """Compare two runs' folders; only packages that are locked count."""
    old, new = record.read(folder), record.read(kept)
    outcome: dict[str, Any] = {"status": "not comparable"}
    outcome |= {"recorded": {key: old[key] for key in SHORT}, "repeated": {key: new[key] for key in SHORT}}
    common = locked & old["packages"].keys() & new["packages"].keys()  # a run refuses to start without one it needs
    for run in (old, new):
        run["packages"] = {name: run["packages"][name] for name in common}
    places = {name: accepted.table(folder, old, f"{name}.csv") for name in TABLES}
    paths = {name: path for name, path in places.items() if path}
    if gone := [path.name for path in paths.values() if not path.is_file()]:
        return outcome | {"cause": f"{', '.join(gone)} of what was recorded is missing"}
    then = {name: pd.read_csv(path) for name, path in paths.items()}
    now = {name: pd.read_csv(kept / f"{name}.csv") for name in paths}
    rule = sections.Replay.model_validate(old["plan"]["replay"])
    spreads = [(part["metric"], row) for part in old["budget"] for row in part.get("rows", [])]
    sigma = {metric: row["uncertainty"] for metric, row in spreads if row["name"] == "initialisation"}
    try:
        tier, differs = tolerance.differing(old, new)
        rows = tolerance.score_rows(then["scores"], now["scores"], tier, rule, sigma)
    except tolerance.NotComparable as reason:
        return outcome | {"cause": str(reason)}
    if "predictions" in paths:
        rows += tolerance.prediction_rows(then["predictions"], now["predictions"], tier, rule)
    elif tier == 1:
        rows.append(tolerance.Row("predictions, by hash", 1, "T1", "equal", "outside", 1.0))
    if "splits" in paths:
        rows.append(tolerance.label_row("splits", then["splits"], now["splits"]))
    else:
        rows.append(tolerance.Row("splits, by hash", 1, "T0", "equal", "outside", 1.0))
    if lacking := [f"{name}.csv" for name in places.keys() - paths.keys()]:
        bring = "git has only their hashes, which are others now: bring runs/ of whoever accepted, or the release"
        differs.append(f"{', '.join(sorted(lacking))} could not be compared number by number: {bring}")
    if edited := [path.name for name, path in paths.items() if files.file_hash(path) != old[f"{name}_sha256"]]:
        differs.insert(0, f"recorded files were edited: {', '.join(edited)}")
    status = tolerance.worst_of(rows)
    unexplained = None if status == "identical" else tolerance.UNKNOWN
    outcome |= {"status": status, "tier": f"T{tier}", "cause": differs[0] if differs else unexplained}
    return outcome | {"differs": differs, "claim": tolerance.claim(old, new), "rows": [row._asdict() for row in rows]}


def deviations(root: Path, run_id: str) -> list[str]:
    """Read the paragraphs of study/DEVIATIONS.md that name a run."""
    return [part.strip() for part in files.read_text(root / DEVIATIONS).split("\n\n") if run_id in part]


def show(outcome: dict[str, Any]) -> None:
    """Print what came out: a table, and in sentences what it does not hold."""
    if outcome["rows"]:
        print_table(*HEADER, rows=[row.values() for row in outcome["rows"]])
    if outcome.get("patched"):
        print("the run was made from a dirty tree: repeated with its uncommitted.patch")
    for n, line in enumerate(outcome["differs"]):
        print(f"{'also differs' if n else 'what differs first'}: {line}")
    if outcome["cause"] and outcome["cause"] not in outcome["differs"]:
        print(f"reason: {outcome['cause']}")
    if outcome["status"] == "outside":
        print(outcome["claim"])
    for text in outcome.get("deviations", []):
        print(f"{DEVIATIONS} says of this run (it changes nothing here):\n{text}")
    if "folder" in outcome:
        print(f"record: runs/{outcome['folder'].name}/{FILE}")
