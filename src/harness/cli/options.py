"""Options and endings that several commands share."""

from typing import Annotated, Any

import typer

from harness.exceptions import StudyError

RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/.")]


def refuse_failed(results: list[Any]) -> None:
    """Raise StudyError if a check failed."""
    failed = [finding.status for finding in results].count("failed")
    if failed:
        raise StudyError(f"{failed} of {len(results)} checks failed")
