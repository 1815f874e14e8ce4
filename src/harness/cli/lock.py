"""Lock the packages again, keeping the other versions."""

import os
from pathlib import Path
from typing import Annotated

import typer

from harness import lock, study
from harness.exceptions import StudyError


def command(
    check: Annotated[bool, typer.Option("--check", help="Only say whether the locks are in step (offline).")] = False,
    upgrade: Annotated[str | None, typer.Option(metavar="PACKAGE", help="Take a newer version of one package.")] = None,
    upgrade_all: Annotated[bool, typer.Option("--upgrade-all", help="Take newer versions of all.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Of the .in files; by default the study's.")] = None,
) -> None:
    """Lock the packages again, keeping every version that still fits; or only check."""
    folder = folder or Path(os.path.relpath(study.find_root() / "requirements"))
    locks = lock.present(folder)
    if not check:
        options = ["--upgrade"] if upgrade_all else ["--upgrade-package", upgrade] if upgrade else []
        if new := lock.compile_locks(locks, options):
            typer.echo(new)
    if messages := list(lock.problems(locks)):
        raise StudyError("\n".join([*messages, "Edit the .in files, then run `make lock`."]))
    typer.echo(f"{folder}: the locks are in step with their inputs.")
