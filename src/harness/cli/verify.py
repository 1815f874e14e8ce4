"""Style, tests, checks and replay: what CI runs."""

from harness import verify


def command() -> None:
    """Do all that CI does: style, tests, checks and replay."""
    verify.main()
