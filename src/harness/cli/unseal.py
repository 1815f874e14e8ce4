"""Score the candidate once on the sealed test rows, and write the ledger."""

from typing import Annotated

import typer

from harness import study, words
from harness.method import inputs, test_set
from harness.publish import made


def command(reason: Annotated[str, typer.Option(help="Why now? It goes into the ledger.")]) -> None:
    """Score the candidate once on the sealed test rows, and write the ledger."""
    root = study.enter()
    entry = test_set.unseal(root, inputs.read(root), reason)
    level = words.percent(entry["confidence"])
    typer.echo(f"the test was opened {entry['opened']} time(s); candidate on {entry['rows']} rows, {level} intervals:")
    for metric, score in entry["scores"].items():
        typer.echo(f"  {metric} {words.interval_text(score)} ({score['method']})")
    typer.echo(made.refresh(root))
    typer.echo("commit, and push, results/ledger.jsonl now")
