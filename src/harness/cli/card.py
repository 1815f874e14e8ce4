"""Write what is made again: numbers in card and README, checklists, metadata."""

import typer

from harness import study
from harness.publish import made
from harness.words import typed


def command() -> None:
    """Write what is made again: numbers in card and README, checklists, metadata; say what waits for you."""
    root = study.enter()
    if not (root / "results" / "run.json").is_file():
        typer.echo(typed("no result is accepted yet: `harness accept ID`"))
    typer.echo(made.refresh(root))
