"""The cache: what took long to make, kept under its key: fits, above all. Delete its folder whenever you like."""

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from harness import files

STALE_S = 3600  # a half-written file this old was left by a run that was killed
FORGOTTEN_S = 30 * 24 * 3600  # nobody has gone on with a fit whose files are this old


def path(folder: Path, name: str) -> Path:
    """Where an entry lies."""
    return folder / name[:2] / f"{name}.json"


def files_of(folder: Path, name: str) -> Path:
    """Where a model may keep files while it is fitted, to go on from if it is killed: see `estimators.files_in`."""
    return folder / files.FIT_FILES / name


def read(folder: Path, name: str) -> Any:
    """Return a kept result, or None; one that is damaged is named, and computed again."""
    entry = path(folder, name)
    try:
        kept = json.loads(entry.read_text(encoding="utf-8"))
        if kept["sha256"] == files.parts_hash(name, json.dumps(kept["result"])):
            return kept["result"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass  # damaged as well
    print(f"cache: {entry} is damaged; it is made again", flush=True)
    entry.unlink(missing_ok=True)
    return None


def write(folder: Path, name: str, result: object) -> None:
    """Keep a result: whole or not at all, whoever else writes the same at the same time; its files have served."""
    entry = path(folder, name)
    entry.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=entry.parent, suffix=".part", encoding="utf-8", delete=False) as part:
        json.dump({"sha256": files.parts_hash(name, json.dumps(result)), "result": result}, part)
    os.replace(part.name, entry)
    shutil.rmtree(files_of(folder, name), ignore_errors=True)


@contextlib.contextmanager
def claimed(folder: Path, name: str, patient: bool) -> Iterator[bool]:
    """
    Claim an entry, so that several processes over one cache never make it twice; yield whether this process has it.

    A claim ends with its process, however that ends. Who is ``patient`` waits until another gives it up.
    """
    place = path(folder, name).with_suffix(".lock")
    place.parent.mkdir(parents=True, exist_ok=True)
    claim = FileLock(place, timeout=-1 if patient else 0)
    try:
        claim.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        place.unlink(missing_ok=True)  # before it is given up: who waits for it finds the entry made
        claim.release()


def kept(folder: Path | None, name: str, make: Callable[[], object]) -> Any:
    """Return what is kept under a name; if nothing is, make it and keep it, if there is a folder for it."""
    result = read(folder, name) if folder else None
    if result is None:
        result = make()
        if folder:
            write(folder, name, result)
    return result


def sweep(folder: Path) -> None:
    """Remove what killed runs left half-written, and files of fits that are kept, or that nobody goes on with."""
    for part in folder.glob("*/*.part"):
        if time.time() - part.stat().st_mtime > STALE_S:
            part.unlink(missing_ok=True)
    for left in (folder / files.FIT_FILES).glob("*"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps, or has finished the fit
            if path(folder, left.name).is_file() or time.time() - left.stat().st_mtime > FORGOTTEN_S:
                shutil.rmtree(left)
