"""List the files of data/raw with their checksums."""

import typer

from harness import study
from harness.provenance import rawdata


def command() -> None:
    """List the files of data/raw, with their checksums, in data/MANIFEST.sha256."""
    rawdata.write_manifest(study.enter() / "data")
    typer.echo("data/MANIFEST.sha256 written; look at `git diff data`, then commit it with the data")
