"""Make a run the result."""

import shutil

import typer

from harness import files, study
from harness.checks import engine, findings, registry
from harness.cli.options import RunId
from harness.provenance import accepted
from harness.publish import accept, made

LEFT_OUT = "not shipped, as what comes back is not exactly this model: {reason}"


def command(run_id: RunId) -> None:
    """Make a run the result: copy it to results/, export its model, write its numbers to model card and README."""
    root = study.enter()
    with files.all_or_nothing():
        exported, waiting = accept.accept(root, run_id), made.refresh(root)
    shutil.rmtree(root / accept.PLACE)
    for kind, facts in exported["formats"].items():
        text = LEFT_OUT if "reason" in facts else "results/model/{file}: reloaded, it predicts the same on {rows} rows"
        typer.echo(f"model as {kind}: {text.format(**facts)}")
    for name in accepted.left_out(root / "results"):
        said = "stays in runs/: too large for git, which has its SHA-256; keep that folder: a release takes it along"
        typer.echo(f"{name} {said}")
    typer.echo(waiting)
    results = findings.examine(engine.Subject(root), registry.all_checks(root))
    if failed := [finding.title for finding in results if finding.status == "failed"]:
        typer.echo(f"These checks fail, so do not publish yet: {', '.join(failed)}. `make check` says why.", err=True)
    typer.echo("This run is the result now. Read README.md, MODEL_CARD.md and results/, then: git add -A && git commit")
