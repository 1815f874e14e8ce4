"""Style, tests, checks and replay: what CI runs."""

import typer

from harness import study, verify


def command() -> None:
    """Lint, tests, checks and replay in a row; then what was verified, what was not, and what to do next."""
    if not verify.verify(study.enter()):
        raise typer.Exit(1)
