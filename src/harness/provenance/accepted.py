"""The accepted result: whether it still is of the study that lies here, and still what was accepted."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import files, reads
from harness.exceptions import StudyError
from harness.method import plan, test_set
from harness.provenance import machine, rawdata

MANIFEST = "MANIFEST.sha256"  # of all that `accept` writes into results/
UNLISTED = (MANIFEST, Path(test_set.PATH).name)  # the ledger grows


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


def write_manifest(folder: Path, *names: str) -> None:
    """List the files of a result with their checksums, as sha256sum does; with names only those are listed anew."""
    now = hashes(folder)
    rawdata.write_list(folder, rawdata.listed(folder) | {name: now[name] for name in names} if names else now)


def unlike_manifest(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name, and what is wrong, of each file of a result that is not as its manifest says."""
    return rawdata.differences(rawdata.listed(folder), hashes(folder))
