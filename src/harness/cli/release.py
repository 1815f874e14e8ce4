"""Pack the accepted result with all that is committed into one archive."""

from pathlib import Path
from typing import Annotated

import typer

from harness import study
from harness.publish import release


def command(
    out: Annotated[Path, typer.Option(help="Folder of the archive.")] = Path("dist"),
    verify: Annotated[Path | None, typer.Option(metavar="ARCHIVE", help="Re-hash an archive; make none.")] = None,
) -> None:
    """Pack the accepted result with all that is committed into one archive, or say why not."""
    if verify:
        typer.echo(f"{verify}: all {release.verify(verify)} files are as listed")
        return
    root = study.enter()
    path, notes = release.pack(root, root / out)
    typer.echo("\n".join(notes), err=True)
    typer.echo(path)
