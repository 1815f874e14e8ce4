"""Write the report of a run again."""

import typer

from harness import study
from harness.cli.options import RunId
from harness.report import page


def command(run_id: RunId) -> None:
    """Write the report of a run again."""
    typer.echo(page.write_report(study.enter() / "runs" / run_id))
