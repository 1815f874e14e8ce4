"""Options and endings that several commands share."""

import os
from typing import Annotated, Any

import typer

from harness.exceptions import StudyError

CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
Workers = Annotated[int, typer.Option(min=1, help="Processes; the scores do not depend on it.")]
RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/.")]


def refuse_failed(found: list[Any]) -> None:
    """Raise StudyError if a check failed."""
    failed = [one.status for one in found].count("failed")
    if failed:
        raise StudyError(f"{failed} of {len(found)} checks failed")
