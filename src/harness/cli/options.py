"""Options and endings that several commands share."""

from typing import Annotated, Any

import typer

from harness.exceptions import StudyError

RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/.")]


def refuse_failed(found: list[Any]) -> None:
    """Raise StudyError if a check failed."""
    failed = [finding.status for finding in found].count("failed")
    if failed:
        raise StudyError(f"{failed} of {len(found)} checks failed")
