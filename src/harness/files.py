"""Files: where they lie, their hashes, git, and writes that are whole or not at all."""

import contextlib
import getpass
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from harness.exceptions import StudyError

PLAN, LOCK = "study/plan.toml", "requirements/harness.txt"
CACHE = "runs/.cache"
REPORT = "report.html"
FIT_FILES, PROGRESS = "files", "progress.txt"  # in the cache, of each fit that keeps files: what it is at
UNDO: list[contextlib.ExitStack] = []  # what takes back the writes of a command that is under way
READERS: dict[str, Any] = {".json": json.loads, ".toml": tomllib.loads, ".cff": yaml.safe_load}


def git(root: Path, *arguments: str) -> str | None:
    """Return the output of a git command; None where git, the repository or a first commit is missing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def committed(root: Path, commit: str, name: str) -> bytes | None:
    """Return a file as a commit has it; None if it has none, or git does not know the commit."""
    try:
        done = subprocess.run(["git", "show", f"{commit}:./{name}"], cwd=root, capture_output=True)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def is_committed(root: Path) -> bool:
    """Tell whether there is a commit that holds every file as it lies."""
    return git(root, "rev-parse", "HEAD") is not None and git(root, "status", "--porcelain") == ""


def without_git() -> str:
    """Return a sentence to be added to a refusal where git is not installed, else nothing."""
    return "" if shutil.which("git") else " git is not installed here, or not on PATH."


def user() -> str:
    """Return the name of the user; the number where, as in many containers, nobody gave it a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def file_hash(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_hash(text: str | bytes) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def parts_hash(*parts: str | bytes) -> str:
    """SHA-256 of texts and bytes, each with its length, so that no two lists of parts look alike."""
    sha256 = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha256.update(f"{len(data)}:".encode() + data)
    return sha256.hexdigest()


def listed(folder: Path) -> dict[str, Path]:
    """List all files below a folder, by their path in it; what lies behind a link, too."""
    found = (Path(place, name) for place, _, names in os.walk(folder, followlinks=True) for name in names)
    return dict(sorted((path.relative_to(folder).as_posix(), path) for path in found if path.is_file()))


def study_files(root: Path) -> Iterator[Path]:
    """List what lies in study/ and may be read by a run: not sentences (.md), checks, tests, or what is hidden."""
    for folder, folders, files in os.walk(root / "study"):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        unread = [".*", "*.md", "test_*", *(["checks.py"] if Path(folder) == root / "study" else [])]
        yield from (Path(folder, name) for name in files if not any(fnmatch(name, pattern) for pattern in unread))


def read_text(path: Path) -> str:
    """Return the text of a file; "" if there is no such file."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def load(root: Path, name: str) -> Any:
    """Return what a JSON, TOML or YAML file of a folder holds; StudyError if it cannot be read."""
    try:
        return READERS[Path(name).suffix]((root / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StudyError(f"{name} cannot be read: {' '.join(str(error).split())}") from None


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        remember(path)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def remember(path: Path) -> None:
    """Note what a file holds, for `all_or_nothing`, before it changes."""
    for undo in UNDO:
        undo.callback(put_back, path, path.read_bytes() if path.is_file() else None)


def put_back(path: Path, content: bytes | None) -> None:
    """Give a file the content that it had, or take it away."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(content)


@contextlib.contextmanager
def all_or_nothing() -> Iterator[contextlib.ExitStack]:
    """Take back what is written within, the last first, if it does not come to its end; Ctrl-C cannot hurry that."""
    if UNDO:
        yield UNDO[-1]  # the outer one decides
        return
    usual = [(sign, signal.getsignal(sign)) for sign in (signal.SIGINT, signal.SIGTERM)]

    def deafen() -> None:
        for sign, _ in usual:
            signal.signal(sign, lambda *_: None)  # not SIG_IGN: Python complains of a signal that came just before

    def stop(*_: object) -> None:
        deafen()  # first, so that a second signal cannot come between this one and what it takes back
        raise KeyboardInterrupt

    with contextlib.ExitStack() as undo:
        undo.callback(lambda: [signal.signal(*pair) for pair in usual])
        try:
            for sign, _ in usual:
                signal.signal(sign, stop)
            UNDO.append(undo)
            yield undo
            deafen()
        except BaseException as error:
            deafen()
            if isinstance(error, KeyboardInterrupt):
                print("Stopped: every file is as it was before.", file=sys.stderr)
            raise
        finally:
            UNDO.clear()
        undo.pop_all()
        for pair in usual:
            signal.signal(*pair)


def move(source: Path, target: Path) -> None:
    """Move a file or folder; what lies at the target is in the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    for undo in UNDO:
        undo.callback(target.rename, source)


def put(root: Path, contents: Mapping[str, bytes | None]) -> None:
    """Write files of a folder; remove those whose content is None."""
    for path, content in ((root / name, content) for name, content in contents.items()):
        path.parent.mkdir(parents=True, exist_ok=True)
        remember(path)
        put_back(path, content)


def write_table(path: Path, table: pd.DataFrame) -> str:
    """Write a table as CSV, return its hash; the shortest notation of a float keeps every bit."""
    write_text(path, table.to_csv(index=table.index.name is not None, lineterminator="\n"))
    return file_hash(path)


def json_text(facts: object) -> str:
    """Return facts as JSON."""
    return json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, facts: object) -> str:
    """Write facts as JSON, return its hash; what is not a number is refused, not written."""
    write_text(path, json_text(facts))
    return file_hash(path)
