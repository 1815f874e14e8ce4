"""The accepted result: whether it still is of the study that lies here, and still what was accepted."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import files, reads
from harness.exceptions import StudyError
from harness.fits import test_set
from harness.plan import plan
from harness.provenance import machine, rawdata

MANIFEST = "MANIFEST.sha256"  # of all that `accept` writes into results/
UNLISTED = (MANIFEST, Path(test_set.PATH).name)  # the ledger grows
OF_ROWS = ("predictions.csv", "splits.csv")  # tables with lines for each row of the data
LARGE = 500_000  # bytes; a larger one of these stays in runs/, and git has its hash, in run.json


def changed_sources(root: Path, run: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the names of what a run read that is another now, and of what changed as no fit can see: see `reads`."""
    now, then = machine.sources(root), run["sources"]
    changed = [name for name, _ in rawdata.differences(then, now)]
    old = {name: (root / name).read_bytes() for name in then if name not in changed and name.startswith("study/")}
    for name in changed:
        text = files.committed(root, run["commit"], name)
        if text is not None and files.text_hash(text) == then.get(name):
            old[name] = text
    lock = old.pop(files.LOCK, None)
    before, after = reads.study(root, dict(sorted(old.items()))), reads.study(root)
    idle = [name for name in changed if name in before and before[name] == after.get(name)]
    if lock is not None and reads.pins(root, lock.decode()) == reads.pins(root):
        idle.append(files.LOCK)
    with contextlib.suppress(StudyError):  # a plan that cannot be read is another one
        if files.PLAN in changed and plan.read(root / files.PLAN).model_dump(mode="json") == run["plan"]:
            idle.append(files.PLAN)
    return [name for name in changed if name not in idle], idle


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a result that its manifest lists, by its path."""
    kept = {name: path for name, path in files.listed(folder).items() if name not in UNLISTED and path.name[0] != "."}
    return {name: files.file_hash(path) for name, path in kept.items()}


def is_large(path: Path) -> bool:
    """Return whether a file of a run is a table of rows that is too large for git."""
    return path.name in OF_ROWS and path.stat().st_size > LARGE


def left_out(folder: Path) -> list[str]:
    """List the tables of rows that results/ is without because they were too large for git when it was accepted."""
    listed = rawdata.listed(folder)
    return [name for name in OF_ROWS if listed and name not in listed and not (folder / name).is_file()]


def table(folder: Path, run: dict[str, Any], name: str) -> Path | None:
    """
    Return where a table of rows lies: in the folder of its run, or in results/; if it was left out there, in runs/.

    There it may be of any run that made the same bytes, such as a replay. None if it lies nowhere.
    """
    if (folder / name).is_file() or name not in left_out(folder):
        return folder / name
    places = sorted((folder.parent / "runs").glob(f"*/{name}"), key=lambda path: path.parent.name != run["id"])
    digest = run[f"{Path(name).stem}_sha256"]
    return next((path for path in places if files.file_hash(path) == digest), None)


def write_manifest(folder: Path, *names: str) -> None:
    """List the files of a result with their checksums, as sha256sum does; with names only those are listed anew."""
    now = hashes(folder)
    rawdata.write_list(folder, rawdata.listed(folder) | {name: now[name] for name in names} if names else now)


def unlike_manifest(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name, and what is wrong, of each file of a result that is not as its manifest says."""
    return rawdata.differences(rawdata.listed(folder), hashes(folder))
