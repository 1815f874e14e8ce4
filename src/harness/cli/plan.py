"""Print the whole plan, and where each value came from; or what it can be expected to tell."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from harness import files, seeds, study
from harness.exceptions import StudyError
from harness.fits import keys, pilot
from harness.method import inputs, outlook, splits
from harness.method import power as chances
from harness.plan import plan, sections
from harness.provenance import machine
from harness.words import percent, print_table


def command(
    power: Annotated[bool, typer.Option("--power", help="What it can tell, by fits of floor and rival alone.")] = False,
) -> None:
    """Print the whole plan, and where each value came from; with --power the chance of each verdict."""
    root = study.enter()
    path = root / files.PLAN
    if power:
        expect(inputs.read(root))
        return
    rows = [(key, str(value), origin) for key, value, origin in origins(plan.read(path), path)]
    print_table("key", "value", "from", rows=rows)
    try:
        warn(inputs.read(root))
    except StudyError as error:
        typer.echo(f"Groups could not be counted. {error}", err=True)


def expect(known: inputs.Study) -> None:
    """Print the chance of each verdict at differences of 0, 1 and 2 margins, and what would do; keep the fits."""
    warn(known)
    facts = machine.describe(known.root)
    at = keys.machine(facts, seeds.of_torch())
    told = pilot.known(known, known.plan.evaluation.repeats, known.root / files.CACHE, at)
    found = {margins: chances.expected(known.plan.question, told, margins) for margins in (0, 1, 2)}
    rows = [(f"{margins} margins", *map(percent, by.values())) for margins, by in found.items()]
    print_table("true difference", *found[0], rows=rows)
    typer.echo(outlook.before(known, told))


def warn(known: inputs.Study) -> None:
    """Warn of few or very unequal groups, of a seal of another size than was asked for, of folds that lack a class."""
    sides = {"development": known.development, "sealed": known.sealed}
    if known.plan.data.group and (found := splits.uneven(sides)):
        message = f"{files.PLAN}: [data] group: few or very unequal groups: {found}. Scores depend on which groups"
        typer.echo(f"Warning: {message} these are: collect more groups, or claim less.", err=True)
    asked, rows = known.plan.rows.sealed, len(known.sealed.y)
    share = rows / (rows + len(known.development.y))
    if asked and known.sealed.times is None and not asked / 1.5 < share < 1.5 * asked:
        counts = f"{known.sealed.groups.nunique()} groups, {rows} rows, {percent(share)} of all, not {percent(asked)}"
        message = f"{files.PLAN}: [rows] sealed: that seals {counts}, as it falls on whole groups"
        typer.echo(f"Warning: {message}. Choose another share before you look at any score.", err=True)
    if known.task == "classification" and not study.several(known.development.y):
        y, evaluation = known.development.y, known.plan.evaluation
        cut = splits.folds(known.development, evaluation.folds, evaluation.seed, stratify=True)
        absent = [set(y) - set(y.iloc[test]) for _, test in cut]
        if names := sorted(map(str, set().union(*absent))):
            message = (
                f"{sum(map(bool, absent))} of {len(cut)} folds have no row to test of a class ({', '.join(names)})"
            )
            message = f"{files.PLAN}: [evaluation] folds: {message}, so that their scores leave it out."
            typer.echo(f"Warning: {message} Take fewer folds, or merge rare classes.", err=True)


def origins(stated: plan.Plan, path: Path) -> Iterator[tuple[str, object, str]]:
    """Yield key, value and origin, a line of the file or "default", of every value of the resolved plan."""
    lines = path.read_text(encoding="utf-8").splitlines()

    def line(table: str, key: str) -> int:
        start = next((n for n, text in enumerate(lines) if text.strip().startswith(f"[{table}")), 0)
        places = (n for n in range(start, len(lines)) if lines[n].partition("=")[0].strip().strip('"') == key)
        return next(places, start) + 1

    def walk(section: sections.Section, table: str) -> Iterator[tuple[str, object, str]]:
        for key in type(section).model_fields:
            value, name = getattr(section, key), f"{table}.{key}" if table else key
            if isinstance(value, sections.Section):
                yield from walk(value, name)
            elif isinstance(value, dict):
                for entry, item in value.items():
                    shown = item.model_dump(exclude_defaults=True) if isinstance(item, sections.Section) else item
                    yield f"{name}.{entry}", shown, f"line {line(name, entry)}"
            else:
                where = f"line {line(table, key)}" if key in section.model_fields_set else "default"
                yield name, value, where

    yield from walk(stated, "")
