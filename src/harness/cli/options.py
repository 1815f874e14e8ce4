"""Options and endings that several commands share."""

from typing import Annotated, Any

import typer

from harness.exceptions import StudyError

RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/, its beginning, or latest.")]


def refuse_failed(results: list[Any]) -> None:
    """Raise StudyError if a check failed."""
    if failed := [finding.status for finding in results].count("failed"):
        raise StudyError(f"{failed} of {len(results)} checks failed")
