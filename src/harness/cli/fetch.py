"""Fetch the raw files that are not here, and check their checksums."""

import typer

from harness import study
from harness.provenance import fetch


def command() -> None:
    """Fetch the raw files that are not here from the addresses in data/sources.toml, and check their hashes."""
    fetch.fetch(study.enter(), typer.echo)
