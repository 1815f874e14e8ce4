"""Score the candidate once on the sealed test rows, and write the ledger."""

from typing import Annotated

import typer

from harness import study, words
from harness.method import inputs, test_set
from harness.provenance import accepted
from harness.publish import made
from harness.report import page


def command(reason: Annotated[str, typer.Option(help="Why now? It goes into the ledger.")]) -> None:
    """Score the candidate once on the sealed test rows, and write the ledger."""
    root = study.enter()
    entry = test_set.unseal(root, inputs.read(root), reason)
    results = root / "results"
    if (results / "run.json").is_file():  # what is shown of the result says how often the test was opened
        accepted.write_manifest(results, page.write_report(results).name)
    level = words.percent(entry["confidence"])
    typer.echo(f"the test was opened {entry['opened']} time(s); candidate on {entry['rows']} rows, {level} intervals:")
    for metric, score in entry["scores"].items():
        typer.echo(f"  {words.metric_text(metric)} {words.interval_text(score)} ({score['method']})")
    typer.echo(made.refresh(root))
    typer.echo("commit, and push, results/ledger.jsonl now")
