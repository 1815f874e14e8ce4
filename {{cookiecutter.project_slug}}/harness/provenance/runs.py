"""The commands `python -m harness runs ...`: list, filter, show, compare, trace, send on."""

from pathlib import Path
from typing import Annotated

import typer

from .. import StudyError

ROOT = Path(__file__).parents[2]
SHOWN = 12  # places of a number; more are counted
RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/, or the word results.")]
app = typer.Typer(no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def runs(
    context: typer.Context,
    where: Annotated[str, typer.Option(help="Such as \"verdict == 'supported' and metric > 0.9\".")] = "",
):
    """List the runs, the newest first."""
    from .. import record
    from . import store

    if context.invoked_subcommand is None:
        found = list(record.runs(ROOT))
        able = [one for one in found if one["status"] != "unreadable"]
        columns(store.HEADER, *map(store.line, store.where(able, where) if where else found))


def columns(*rows):
    """Print rows of texts below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def read(run_id):
    """Return folder and record of a run."""
    from .. import record
    from . import store

    folder = store.find(ROOT, run_id)
    return folder, record.read(folder)


@app.command()
def show(run_id: RunId):
    """Tell who ran what, where and on what, and what each stage read, wrote and used."""
    from .. import wording
    from . import store

    folder, run = read(run_id)
    typer.echo(f"{run['id']} {wording.sentence(run) if run['status'] == 'finished' else run['status']}")
    columns(*store.described(run), ("files", " ".join(sorted(path.name for path in folder.iterdir()))))


@app.command()
def compare(one: RunId, other: RunId):
    """Say what differs between two runs: data, code, plan, environment, machine, result."""
    from . import store

    found = store.compare(read(one)[1], read(other)[1])
    columns(*found) if found else typer.echo("nothing differs but who, when and the seconds")


@app.command()
def why(
    number: Annotated[str, typer.Argument(help="As it is printed: 0.9123, +0.019, '95 %', '< 0.001'.")],
    where: Annotated[str, typer.Option("--in", help="A run, by default the accepted one.")] = "results",
):
    """Say where a number of README, card, checklists or report comes from."""
    from . import trace

    folder, run = read(where)
    found = trace.why(folder, run, number)
    if not found:
        raise StudyError(f"why: no number in {folder.relative_to(ROOT)} is printed as {number}; another run? --in ID")
    shown = [(f"{folder.relative_to(ROOT)}/{file}", f"{name} = {value!r}", by) for file, name, value, by in found]
    columns(*shown[:SHOWN])
    if len(found) > SHOWN:
        typer.echo(f"... and {len(found) - SHOWN} more; with more digits there are fewer")


@app.command()
def dashboard():
    """Write runs/dashboard.html: counts, resources, trend, all runs."""
    from . import dashboard as page

    typer.echo(page.write(ROOT))


@app.command()
def track(run_id: RunId):
    """Send a run to the MLflow server at MLFLOW_TRACKING_URI, by default runs/mlflow.db."""
    from . import tracking

    folder, _ = read(run_id)
    typer.echo(tracking.send(folder, ROOT))
