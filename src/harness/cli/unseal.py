"""Score the candidate once on the sealed test rows, and write the ledger."""

from typing import Annotated

import typer

from harness import files, study, words
from harness.exceptions import StudyError
from harness.fits import test_set
from harness.method import inputs, splits
from harness.publish import made


def command(
    reason: Annotated[str, typer.Option(help="Why now? It goes into the ledger.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Once more, although it is open already.")] = False,
) -> None:
    """Score the candidate once on the sealed test rows, and write the ledger."""
    root = study.enter()
    test_set.refuse(root, reason, again)
    subject = inputs.read(root)
    if subject.sealed.y.empty:
        raise StudyError(f"unseal: No row is sealed, see {files.PLAN}: [rows] sealed. Only new rows can be a test now.")
    scales = subject.plan.scales
    known = len(splits.before_gap(subject.development))
    rows = f"fitting it on {known} rows, scoring it on {len(subject.sealed.y)} sealed ones"
    typer.echo(f"{subject.plan.models.candidate}: {rows} ...")
    with files.all_or_nothing():
        entry = test_set.unseal(root, subject, reason)
        typer.echo("writing the ledger, report, cards and checklists ...")
        waiting = made.refresh(root)
    level = words.percent(entry["confidence"])
    typer.echo(f"the test was opened {entry['opened']} time(s); candidate on {entry['rows']} rows, {level} intervals:")
    for metric, score in entry["scores"].items():
        shown = words.interval_text(scales[metric].turned(score))
        typer.echo(f"  {scales[metric].title} {shown} ({score['method']})")
    typer.echo(waiting)
    typer.echo("commit, and push, results/ledger.jsonl now")
