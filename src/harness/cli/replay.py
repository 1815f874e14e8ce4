"""Repeat the accepted run elsewhere and compare, number by number."""

from typing import Annotated

import typer

from harness import files, study
from harness.provenance import replay, reproduced, tolerance
from harness.publish import made


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
        typer.echo(f"replay: not exercised: {replay.NONE}")
        return
    if sign:
        reproduced.refuse(root, folder, at)
    typer.echo(f"replaying {folder.relative_to(root)} in a clean clone ...")
    outcome = replay.replay(root, folder, workers, here, image, at)
    replay.show(outcome)
    if sign:
        with files.all_or_nothing():
            reproduced.sign(root, folder, outcome, sign)
            typer.echo(made.refresh(root))
    typer.echo(f"replay: {outcome['status']}")
    raise typer.Exit(tolerance.STATUSES[outcome["status"]])
