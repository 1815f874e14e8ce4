"""Raw data is closed while a model is fitted: an audit hook of Python refuses whoever opens a file of data/raw."""

import contextlib
import functools
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.exceptions import StudyError

OPENED = {"open", "sqlite3.connect"}  # audit events whose first argument is a path; Arrow opens files past them
CLOSED: list[str] = []  # folders of raw data, while they may not be opened


@functools.cache
def watch_files() -> None:
    """Refuse, from now on and in this process, to open what lies in a folder of CLOSED."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if not CLOSED or event not in OPENED or not isinstance(arguments[0], str | bytes):
            return
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if path.startswith(CLOSED[-1]):
            name = path.removeprefix(CLOSED[-1])
            raise StudyError(f"{caller()}: data/raw/{name} is opened by a model. Fit on the X and y that are given.")

    sys.addaudithook(refuse)


def caller() -> str:
    """Return the line of study/ from which all else was called that runs now."""
    lines = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_stack(limit=None)]
    return next((f"study/{file.name}:{line}" for file, line in lines if file.parent.name == "study"), "study/models.py")


@contextlib.contextmanager
def raw_data_closed() -> Iterator[None]:
    """Within, whoever opens a file of data/raw is refused: models know the rows that they are given, and no other."""
    watch_files()
    package = sys.modules.get("study")
    root = Path(package.__path__[0]).resolve().parent if package else Path(os.devnull)
    CLOSED.append(os.path.join(root, "data", "raw", ""))
    try:
        yield
    finally:
        CLOSED.pop()
