"""Repeat the accepted run elsewhere and compare, number by number."""

from typing import Annotated

import typer

from harness import study
from harness.provenance import record, replay, reproduced, tolerance
from harness.publish import made
from harness.words import print_table

HEADER = ("metric", "numbers", "tier", "tolerance", "status", "largest difference")


def command(
    run_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    here: Annotated[bool, typer.Option("--here", help="In the present environment, not in a fresh one.")] = False,
    image: Annotated[str | None, typer.Option(help="In a container of this image.")] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help="On another commit than the recorded one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default as recorded.")] = None,
    sign: Annotated[str | None, typer.Option(metavar="NAME", help="Enter what comes out in REPRODUCED.md.")] = None,
) -> None:
    """Repeat a run (the accepted one) in a clean clone of its commit and compare, number by number."""
    root = study.enter()
    folder = replay.subject(root, run_id)
    if folder is None:
        typer.echo("replay: not exercised: there is no run of a committed study yet (make run)")
        return
    if record.read_finished(folder)["version"] != record.VERSION:
        typer.echo("replay: not exercised: that run was recorded by an earlier harness: run and accept again")
        return
    if sign:
        reproduced.refuse(root, folder, at)
    typer.echo(f"replaying {folder.relative_to(root)} in a clean clone ...")
    found = replay.replay(root, folder, workers, here, image, at)
    if found["rows"]:
        print_table(*HEADER, rows=[row.values() for row in found["rows"]])
    typer.echo("\n".join(replay.told(found)))
    if sign:
        reproduced.sign(root, folder, found, sign)
        typer.echo(made.refresh(root))
    typer.echo(f"replay: {found['status']}")
    raise typer.Exit(tolerance.STATUSES[found["status"]])
