"""Replace the example by the skeleton of a study of your own."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harness import files, study
from harness.exceptions import StudyError
from harness.publish import skeleton, table

LARGE = 2**20  # bytes; the commit hook refuses more
NEXT = """\

The study of {csv} runs as it is: make try
Remarks in italics, such as *How do you know?*, wait for you in study/plan.toml, study/data.py, study/models.py and
data/DATASHEET.md, later in README.md and MODEL_CARD.md. Then: git add -A && git commit -m "The question" && make run"""


def command(
    csv: Annotated[Path | None, typer.Option(help="The table: .csv, .tsv, .parquet or .xlsx.")] = None,
    target: Annotated[str | None, typer.Option(help="The column that is predicted.")] = None,
    task: Annotated[str | None, typer.Option(help="classification or regression.")] = None,
    group: Annotated[str | None, typer.Option(help="The column whose rows belong together, if any.")] = None,
    time: Annotated[str | None, typer.Option(help="The column that orders the rows in time, if any.")] = None,
) -> None:
    """Replace the example by the skeleton of a study of your own: a table, and five answers."""
    root = study.enter()
    path = Path(csv or ask("csv", "Where is the table (.csv, .tsv, .parquet, .xlsx)?")).expanduser()
    inside = path.resolve().is_relative_to(root) and path.resolve().relative_to(root).as_posix()
    status = (files.git(root, "status", "--porcelain", "-uall") or "").splitlines()
    changed = [line.strip().partition(" ")[2].strip(' "') for line in status]  # git() has stripped the first line
    if files.git(root, "rev-parse", "HEAD") is None or [name for name in changed if name != inside]:
        raise StudyError("new-study: it replaces files, so all has to be committed first: git add -A && git commit")
    columns, large = table.read(path)[0], path.stat().st_size > LARGE
    if target is None:
        typer.echo(f"columns: {', '.join(columns.columns)}")
        target = ask("target", "Which column is predicted?")
    looks = table.task_of(columns[target]) if target in columns else None
    task = task or ask("task", "classification or regression?", looks)
    if group is None:
        group = ask(
            "group", "Which column groups the rows that belong together (Enter: none; then a time is asked for)?", ""
        )
    if time is None:  # a plan takes one of the two
        time = "" if group else ask("time", "Which column orders the rows in time (Enter: none)?", "")
    runs = len([*(root / "runs").glob("[!.]*/")])
    left = skeleton.begin(root, table.Answers(path, target, task, group, time))
    for name, why in left.items():
        typer.echo(f"not among the features: {name}, since {why}")
    if missing := int(columns[target].isna().sum()):
        typer.echo(f"{missing} of {len(columns)} rows have no {target}: they are left out, and counted")
    if runs:
        typer.echo(
            f"runs of the study before ({runs}) are in {skeleton.EARLIER}, and not among the attempts of this one"
        )
    if large:
        typer.echo(f"{path.name} is larger than 1 MB: keep it out of git, see 'Data that cannot be committed' in docs/")
    typer.echo(NEXT.format(csv=path.name))


def ask(option: str, question: str, default: str | None = None) -> str:
    """Ask at a terminal; elsewhere return the default if it is that there is none, else raise StudyError."""
    if sys.stdin.isatty():
        return typer.prompt(question, default, show_default=bool(default)).strip()
    if default == "":
        return ""
    needed = "Give --csv, --target and --task; and --group or --time if rows depend on each other."
    raise StudyError(f"new-study: --{option} is missing. {needed}")
