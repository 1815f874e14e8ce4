"""List, show and compare runs; find where a number came from."""

from typing import Annotated

import typer

from harness import study
from harness.cli.options import RunId
from harness.exceptions import StudyError
from harness.provenance import record, runs, trace, tracking

SHOWN = 5  # places of a number; the first are the likeliest

app = typer.Typer(invoke_without_command=True)


@app.callback()
def list_runs(
    context: typer.Context,
    holds: Annotated[str | None, typer.Option("--where", help='Only where this holds: "metric > 0.9".')] = None,
) -> None:
    """List the runs, newest first; or see the commands."""
    if context.invoked_subcommand is None:
        root = study.enter()
        records, result = record.runs(root), root / "results"
        chosen = records if holds is None else runs.where(records, holds)
        accepted = record.read(result)["id"] if (result / "run.json").is_file() else ""
        typer.echo(runs.aligned(*runs.HEADER, rows=[runs.row(run, accepted) for run in chosen]))


@app.command()
def show(run_id: RunId) -> None:
    """Tell of one run: verdict, who, when, where, code, stages, files."""
    typer.echo(runs.show(runs.folder_of(study.enter(), run_id)))


@app.command()
def compare(run_id: RunId, other: RunId) -> None:
    """Tell what differs between two runs: code, data, plan, environment, result."""
    root = study.enter()
    typer.echo(runs.compare(*(record.read(runs.folder_of(root, name)) for name in (run_id, other))))


@app.command("dashboard")
def write_dashboard() -> None:
    """Write runs/dashboard.html: all runs on one page."""
    from harness.report import page  # matplotlib takes half a second, which a list of runs need not wait for

    typer.echo(page.write_dashboard(study.enter()))


@app.command(context_settings={"ignore_unknown_options": True})  # -0.15 is no option
def why(
    number: Annotated[list[str], typer.Argument(help="As printed: 0.9123, +0.0190, 95 %, '< 0.001'.")],
    within: Annotated[str | None, typer.Option("--in", help="ID of a run, or results.")] = None,
) -> None:
    """Find where a printed number stands in the files of a run, and what made it."""
    root = study.enter()
    chosen = within or ("results" if (root / "results" / "run.json").is_file() else None)
    folder = runs.folder_of(root, chosen) if chosen else runs.newest(root, finished=True)
    run, places = record.read(folder), trace.why(folder, " ".join(number))
    if not places:
        raise StudyError(f"why: {' '.join(number)} stands nowhere in {folder.relative_to(root).as_posix()}")
    for place in places[:SHOWN]:
        made = "" if place.how == "itself" else f" ({place.how})"
        typer.echo(f"{folder.name}/{place.file}: {place.key} = {place.value}{made}\n    {trace.meaning(run, place)}")
    if rest := places[SHOWN:]:
        more = f"{len(rest)} more place{'s' * (len(rest) > 1)}, in {', '.join(sorted({place.file for place in rest}))}"
        typer.echo(f"and {more}. With its sign, or more of its digits, a number stands in fewer.")


@app.command()
def track(run_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="By default the newest.")] = None) -> None:
    """Send a run to MLflow, now or again."""
    root = study.enter()
    folder = runs.folder_of(root, run_id) if run_id else runs.newest(root)
    if problem := tracking.problem(root, folder, tracking.PATIENT_S):
        raise StudyError(problem)
    typer.echo(f"{folder.name} is at {tracking.shown(tracking.address(root))}")
