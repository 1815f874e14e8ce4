"""The accepted result: whether it still is of the study that lies here, and still what was accepted."""

import fnmatch
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import files
from harness.method import test_set
from harness.provenance import machine, rawdata

MANIFEST = "MANIFEST.sha256"  # of all that `accept` writes into results/
BESIDE = ("study/test_*", "study/checks.py")  # no run depends on them


def changed_sources(root: Path, run: dict[str, Any]) -> Iterator[str]:
    """Yield the name of each file that a run read, and of the harness, that is another now."""
    then, now = run.get("sources", {}), machine.sources(root)
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name) and not any(fnmatch.fnmatch(name, one) for one in BESIDE):
            yield name


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a result, by its path; not of the manifest itself, nor of the ledger, which grows."""
    own = (MANIFEST, test_set.PATH.rpartition("/")[2])
    kept = {name: path for name, path in files.listed(folder).items() if name not in own and path.name[0] != "."}
    return {name: files.file_hash(path) for name, path in kept.items()}


def write_manifest(folder: Path, *names: str) -> None:
    """List the files of a result with their checksums, as sha256sum does; with names only those are listed anew."""
    now = hashes(folder)
    rawdata.write_list(folder, rawdata.listed(folder) | {name: now[name] for name in names} if names else now)


def unlike_manifest(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name, and what is wrong, of each file of a result that is not as its manifest says."""
    return rawdata.differences(rawdata.listed(folder), hashes(folder))
