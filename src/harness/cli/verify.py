"""Style, tests, checks and replay: what CI runs."""

from typing import Annotated

import typer

from harness import study, verify


def command(
    fast: Annotated[bool, typer.Option("--fast", help="Without replay, and without checks that fit models.")] = False,
) -> None:
    """Lint, tests, checks and replay in a row; then what was verified, what was not, and what to do next."""
    if not verify.verify(study.enter(), verify.FAST if fast else verify.STEPS):
        raise typer.Exit(1)
