"""Make a run the result."""

import typer

from harness import study
from harness.cli.options import RunId
from harness.publish import accept, made


def command(run_id: RunId) -> None:
    """Make a run the result: copy it to results/, export its model, write its numbers to model card and README."""
    root = study.enter()
    for kind, facts in accept.accept(root, run_id)["formats"].items():
        text = "no file, since {reason}" if "reason" in facts else "results/model/{file}: the same on {rows} rows"
        typer.echo(f"model as {kind}: {text.format(**facts)}")
    typer.echo(made.refresh(root))
    typer.echo("results/, MODEL_CARD.md and README.md hold this run now; read them, then: git add -A && git commit")
