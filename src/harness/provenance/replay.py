"""Replay: repeat a recorded command from a clean clone of its commit, and compare number by number."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from harness import files
from harness.exceptions import StudyError
from harness.method import plan
from harness.provenance import machine, rawdata, record, tolerance
from harness.words import print_table

FILE = "replay.json"
DEVIATIONS = "study/DEVIATIONS.md"
TABLES = ("scores", "predictions", "splits")
HEADER = ("metric", "numbers", "tier", "tolerance", "status", "largest difference")
SHORT = ["id", "started", "user", "name", "host", "commit", "git", "python", "processor", "platform"]
SHORT += ["lock_sha256", "data_sha256", "command"]


def subject(root: Path, run_id: str | None = None) -> Path | None:
    """Find the run to replay: the one named, else the accepted one, else the newest of a committed study, or None."""
    results = root / "results"
    if run_id and ((root / "runs" / run_id).is_dir() or not is_accepted(root, run_id)):
        return root / "runs" / run_id
    if (results / "run.json").is_file():
        return results
    able = [run for run in record.runs(root) if run["status"] == "finished" and run["committed"]]
    names = [run["id"] for run in able if "replay_of" not in run]
    return root / "runs" / names[0] if names else None


def not_exercised(folder: Path | None) -> str | None:
    """Return the reason why there is nothing to repeat, or None."""
    if folder is None:
        return "there is no run of a committed study yet (make run)"
    if record.read_finished(folder)["version"] != record.VERSION:
        return "that run was recorded by an earlier harness: run and accept again"
    return None


def is_accepted(root: Path, run_id: str) -> bool:
    """Whether this run is the accepted one."""
    return (root / "results" / "run.json").is_file() and record.read(root / "results")["id"] == run_id


def call(folder: Path, *command: object) -> None:
    """Run a command in a folder; raise StudyError with what it says if it fails."""
    argv = [str(part) for part in command]
    done = subprocess.run(argv, cwd=folder, env=os.environ | {"PIP_USER": "0"}, capture_output=True, text=True)
    if done.returncode:
        raise StudyError(f"replay: `{' '.join(argv)}` failed:\n{done.stderr or done.stdout}")


def replay(
    root: Path,
    folder: Path,
    workers: int | None = None,
    here: bool = False,
    image: str | None = None,
    at: str | None = None,
) -> dict[str, Any]:
    """
    Repeat a run and compare.

    Parameters
    ----------
    root, folder : pathlib.Path
        The repository; the run's folder.
    workers : int, optional
        Instead of the recorded number of processes.
    here : bool
        In the present environment; by default a fresh one is built from the lock of the commit.
    image : str, optional
        In a container of this image.
    at : str, optional
        Another commit than the recorded one.

    Returns
    -------
    dict
        What is also written to runs/<id of the repetition>/replay.json: ``status``, ``tier``, ``rows``, ``cause``, ...
    """
    run = record.read_finished(folder)
    found = {"status": "not comparable", "replay_of": run["id"], "rows": [], "tier": None, "differs": []}
    if run["commit"] is None:
        return found | {"cause": f"run {run['id']} has no commit to go back to: {run['git']}"}
    commit = files.git(root, "rev-parse", "--verify", "--quiet", (at or run["commit"]) + "^{commit}")
    if commit is None:
        unknown = f"git has no commit {at or run['commit']}: squashed or rebased away, or a shallow clone?"
        raise StudyError(f"replay: {unknown}")
    patched = None if at else run["patch_sha256"]
    with tempfile.TemporaryDirectory(prefix="replay-") as place:
        study, out = clone(root, Path(place, "clone"), commit), Path(place, "run")
        out.mkdir()
        if patched:
            apply_patch(study, folder / machine.PATCH, patched)
        bring_data(root, study)
        try:
            repeat(run, study, out, workers, here, image)
        finally:
            kept = keep(root, out, run["id"])
        lock = (study / files.LOCK).read_text(encoding="utf-8")  # it names the packages of every platform
    if kept is None:
        raise StudyError("replay: the repetition left no record, and did not say why")
    found |= {"commit": commit, "patched": bool(patched), "environment": image or ("present" if here else "fresh")}
    found |= {"by": machine.whoever() | {"date": datetime.now(UTC).isoformat()}}
    found |= compare(folder, kept, set(re.findall(r"^(\w[^=\s]*)==", lock, re.M))) | {
        "deviations": deviations(root, run["id"])
    }
    files.write_json(kept / FILE, found)
    return found | {"folder": kept}


def clone(root: Path, place: Path, commit: str) -> Path:
    """Check a commit out in a new place; return the study's folder in it."""
    top, below = (files.git(root, "rev-parse", ask) or "" for ask in ("--show-toplevel", "--show-prefix"))
    call(root, "git", "clone", "--quiet", "--no-hardlinks", "--no-checkout", top, place)
    call(place, "git", "checkout", "--quiet", "--detach", commit)
    return place / below


def apply_patch(study: Path, patch: Path, digest: str) -> None:
    """Put back what was not committed."""
    if not patch.is_file() or files.file_hash(patch) != digest:
        raise StudyError(f"replay: {patch.name} in the run's folder is missing, or not the one that the run wrote")
    call(study, "git", "apply", "--whitespace=nowarn", patch)


def bring_data(root: Path, study: Path) -> None:
    """Copy raw files that are listed but not in git; check D1 of the repetition holds their hashes against the list."""
    for name in rawdata.listed(study / "data"):
        source, target = (folder / "data" / name for folder in (root, study))
        if not target.exists():
            if not source.is_file():
                raise StudyError(f"replay: data/{name} is listed, but neither in git nor here: `harness fetch`")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def repeat(run: dict[str, Any], study: Path, out: Path, workers: int | None, here: bool, image: str | None) -> None:
    """Repeat the recorded command in a clone; of an option that is given twice the last counts."""
    command = ["-m", "harness", *run["argv"][3:], *(["--workers", workers] if workers else []), "--out"]
    if image:
        tool = os.environ.get("CONTAINER") or shutil.which("docker") or shutil.which("podman")
        if tool is None:
            raise StudyError("replay: neither docker nor podman is on PATH; CONTAINER may name another such tool")
        options = ["--rm", "--user", f"{os.getuid()}:{os.getgid()}", "--workdir", "/study"]
        if os.getuid() and Path(tool).name == "podman":
            options.append("--userns=keep-id")  # else the user is another one inside, who may not write
        options += ["--volume", f"{study}:/study", "--volume", f"{out}:/out"]
        return call(study, tool, "run", *options, image, "python", *command, "/out")
    if here and (unlike := list(machine.unlike_lock(study))):
        raise StudyError(f"replay: --here: the present packages are not those of that commit's lock: {unlike[0]}")
    return call(study, sys.executable if here else build(study), *command, out)


def build(study: Path) -> Path:
    """Build the environment of a clone from its own lock and its own wheels; return its Python."""
    print("building a fresh environment from the lock of that commit ...", flush=True)
    venv, base = study / ".venv", getattr(sys, "_base_executable", sys.executable)
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if uv := shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])):
        call(study, uv, "venv", "--no-project", "--python", base, venv)
        call(study, uv, "pip", "sync", "--python", python, "--require-hashes", "--compile-bytecode", files.LOCK)
    else:
        call(study, base, "-m", "venv", venv)
        install = ["install", "--disable-pip-version-check", "--target=", "--require-hashes", "--requirement"]
        call(study, python, "-m", "pip", *install, files.LOCK)
    return python


def keep(root: Path, out: Path, replayed: str) -> Path | None:
    """Move the record of a repetition to runs/, however it ended; return its folder there, or None."""
    if not (out / "run.json").is_file():
        return None
    run = record.read(out) | {"replay_of": replayed}
    files.write_json(out / "run.json", run)
    folder = root / "runs" / run["id"]
    folder.parent.mkdir(exist_ok=True)
    return Path(shutil.move(out, folder))


def compare(folder: Path, kept: Path, locked: set[str]) -> dict[str, Any]:
    """Compare two runs' folders; only packages that are locked count."""
    old, new = record.read(folder), record.read(kept)
    short = {"recorded": {key: old.get(key) for key in SHORT}, "repeated": {key: new.get(key) for key in SHORT}}
    common = locked & old["packages"].keys() & new["packages"].keys()  # a run refuses to start without one it needs
    for run in (old, new):
        run["packages"] = {name: run["packages"][name] for name in common}
    if gone := [f"{name}.csv" for name in TABLES if not (folder / f"{name}.csv").is_file()]:
        return short | {"status": "not comparable", "cause": f"{', '.join(gone)} of what was recorded is missing"}
    edited = [f"{name}.csv" for name in TABLES if files.file_hash(folder / f"{name}.csv") != old[f"{name}_sha256"]]
    try:
        tier, differs = tolerance.differing(old, new)
        rule = plan.Replay.model_validate(old["plan"]["replay"])
        spreads = {one["metric"]: one.get("rows", []) for one in old["budget"]}
        sigma = {m: r["uncertainty"] for m, rows in spreads.items() for r in rows if r["name"] == "initialisation"}
        one, other = ({name: pd.read_csv(place / f"{name}.csv") for name in TABLES} for place in (folder, kept))
        rows = tolerance.score_rows(one["scores"], other["scores"], tier, rule, sigma)
        rows += tolerance.prediction_rows(one["predictions"], other["predictions"], tier, rule)
        rows.append(tolerance.label_row("splits", one["splits"], other["splits"]))
    except tolerance.NotComparable as reason:
        return short | {"status": "not comparable", "cause": str(reason)}
    status = tolerance.worst_of([one.status for one in rows])
    if edited:
        differs.insert(0, f"recorded files were edited: {', '.join(edited)}")
    cause = differs[0] if differs else None if status == "identical" else tolerance.UNKNOWN
    found = {"status": status, "tier": f"T{tier}", "cause": cause, "differs": differs}
    found["claim"] = tolerance.claim(old, new)
    return short | found | {"rows": [one._asdict() for one in rows]}


def deviations(root: Path, run_id: str) -> list[str]:
    """Read the paragraphs of study/DEVIATIONS.md that name a run."""
    path = root / DEVIATIONS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [part.strip() for part in text.split("\n\n") if run_id in part]


def show(found: dict[str, Any]) -> None:
    """Print what came out: a table, and in sentences what it does not hold."""
    if found["rows"]:
        print_table(*HEADER, rows=[row.values() for row in found["rows"]])
    print("\n".join(told(found)))


def told(found: dict[str, Any]) -> Iterator[str]:
    """Yield in sentences what the table does not hold."""
    if found.get("patched"):
        yield "the run was made from a dirty tree: repeated with its uncommitted.patch"
    for n, line in enumerate(found["differs"]):
        yield f"{'also differs' if n else 'what differs first'}: {line}"
    if found["cause"] and found["cause"] not in found["differs"]:
        yield f"reason: {found['cause']}"
    if found["status"] == "outside":
        yield found["claim"]
    for text in found.get("deviations", []):
        yield f"{DEVIATIONS} says of this run (it changes nothing here):\n{text}"
    if "folder" in found:
        yield f"record: {found['folder'].parent.name}/{found['folder'].name}/{FILE}"
