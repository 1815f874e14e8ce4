"""Style, tests, checks and replay: what CI runs."""

from harness import verify


def command():
    """Do all that CI does: style, tests, checks and replay."""
    verify.main()
