"""Reasons not to believe the result, each by name."""

from typing import Annotated

import typer

from harness import study
from harness.checks import engine, findings, registry
from harness.cli.options import refuse_failed
from harness.words import print_table, typed


def command(
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CODE]...", help="Only these.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: every status with its evidence.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how they find out, why, and what to do.")] = False,
    refit: Annotated[bool, typer.Option("--refit", help="Also those that fit models.")] = False,
    table: Annotated[bool, typer.Option("--all", help="Each with its status, and why it was not exercised.")] = False,
) -> None:
    """Reasons not to believe the result, each by name."""
    root = study.enter()
    known = registry.all_checks(root)
    chosen = registry.chosen(known, codes) if codes else known
    if explain:
        typer.echo("\n\n".join(map(findings.explain, chosen)))
        return
    results = findings.examine(engine.Subject(root), chosen, known, refit or bool(codes))
    if as_json:
        typer.echo(findings.as_json(results))
    else:
        shown = results if table or codes else [each for each in results if each.status != "not exercised"]
        if table or codes:
            print_table(*findings.HEADER, rows=[(each.check.code, each.check.name, each.status) for each in shown])
        typer.echo(typed("\n".join(findings.messages(shown))), err=True)
        typer.echo(typed(findings.total(results)))
    refuse_failed(results)
