"""The accepted result: whether it still is of the study that lies here, and still what was accepted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import files
from harness.method import test_set
from harness.provenance import machine, rawdata

MANIFEST = "MANIFEST.sha256"  # of all that `accept` writes into results/
UNLISTED = (MANIFEST, Path(test_set.PATH).name)  # the ledger grows


def changed_sources(root: Path, run: dict[str, Any]) -> Iterator[str]:
    """Yield the name of each file that a run read, and of the harness, that is another now."""
    return (name for name, _ in rawdata.differences(run["sources"], machine.sources(root)))


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
