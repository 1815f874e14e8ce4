"""Write the report of a run again."""

import webbrowser
from typing import Annotated

import typer

from harness import study
from harness.cli.options import RunId
from harness.provenance import runs
from harness.report import page


def command(run_id: RunId, show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False) -> None:
    """Write the report of a run again."""
    path = page.write_report(runs.folder_of(study.enter(), run_id, "report"))
    typer.echo(path)
    if show and not webbrowser.open(path.as_uri()):
        typer.echo("report: no browser can be opened here. Open that file in one.", err=True)
