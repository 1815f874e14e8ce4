"""Write what is made again: numbers in card and README, checklists, metadata."""

import typer

from harness import study
from harness.publish import card, made
from harness.words import typed


def command() -> None:
    """Write what is made again: numbers in card and README, checklists, metadata; say what waits for you."""
    root = study.enter()
    if (root / "results" / "run.json").is_file():
        card.write(card.pieces(root, root / "results"))
    else:
        typer.echo(typed("no result is accepted yet: `harness accept ID`"))
    typer.echo(made.refresh(root))
