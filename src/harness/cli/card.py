"""Card: write what is made again, and say what waits for the author."""

import typer

from harness import study
from harness.publish import made
from harness.words import typed


def command():
    """Write what is made again: numbers in card and README, checklists, metadata; say what waits for you."""
    root = study.enter()
    if not (root / "results" / "run.json").is_file():
        typer.echo(typed("no result is accepted yet (python -m harness accept ID)"))
    typer.echo(made.refresh(root))
