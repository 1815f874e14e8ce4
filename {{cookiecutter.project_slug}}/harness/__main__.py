"""The judge of the study. Each command reads like its section of a paper: what is done, in which order."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

try:
    import typer
except ImportError:
    sys.exit("Its packages are missing here: make setup, then .venv/bin/python -m harness ...")

from . import StudyError

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "runs" / ".cache"
CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
Workers = Annotated[int, typer.Option(min=1, help="Processes; the scores do not depend on it.")]
RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/.")]
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def run(workers: Workers = CPUS, out: Annotated[Path | None, typer.Option(help="Write here, not to runs/.")] = None):
    """Evaluate what study/plan.toml says; write runs/<id>/; print the verdict."""
    from . import (
        budget,
        cache,
        checks,
        evaluate,
        explain,
        failures,
        inputs,
        jobs,
        ledger,
        plan,
        record,
        report,
        seeds,
        splits,
        variation,
        verdict,
        wording,
    )
    from .provenance import circumstances, stages

    plan.read(ROOT / inputs.PATH)  # its own message comes first
    exercise([one for one in checks.CHECKS if one.before_run])
    facts = circumstances.circumstances(ROOT)
    meter = stages.Meter(facts["sources"])
    with meter.stage("read", *facts["sources"]) as made:
        study, opened = inputs.read(ROOT), ledger.opened(ROOT)
        made["table"] = record.text_hash(study.table.to_csv())
    with record.recording(ROOT, facts, meter, out) as (folder, run):
        run |= {"plan": study.plan.model_dump(mode="json"), "metrics": study.plan.metrics, "task": study.task}
        run |= {"opened": opened, "rows": study.rows, "table_sha256": made["table"]}
        run |= {"patch_sha256": circumstances.write_patch(ROOT, folder)}
        with meter.stage("split", "table", inputs.PATH) as made:
            run["duplicates"] = splits.duplicates(study.development)
            made["splits.csv"] = record.write_table(folder / "splits.csv", jobs.split_table(study))
        with meter.stage("fit", "table", "splits.csv", *facts["sources"]) as made:
            found = evaluate.evaluate(study, workers, CACHE)
            made["scores.csv"] = record.write_table(folder / "scores.csv", found.scores)
            made["predictions.csv"] = record.write_table(folder / "predictions.csv", found.predictions)
            made["explanation.json"] = record.write_json(
                folder / "explanation.json", explain.summary(found.explanations)
            )
        with meter.stage("judge", "scores.csv", inputs.PATH):
            run |= {f"{name}_sha256": meter.known[f"{name}.csv"] for name in ("splits", "scores", "predictions")}
            run |= {"fits": len(found.scores), "trials": int(found.scores["trials"].sum())}
            run["ablation_proofs"] = variation.proofs(study, found.scores)
            run |= verdict.judge(study.plan, found.scores)
            run["budget"] = [budget.budget(study.plan, found.scores, metric) for metric in study.plan.metrics]
        with meter.stage("look", "scores.csv", "predictions.csv", "table", inputs.PATH) as made:
            name = cache.digest(cache.surroundings(), repr(run["plan"]), *map(str, meter.stages[-1]["reads"].values()))
            look = (study.task, study.plan, found.predictions, study.table, found.scores, study.development.groups)
            looked = cache.kept(CACHE / "failures", name, lambda: failures.failures(*look))
            made["failures.json"] = record.write_json(folder / "failures.json", looked)
        run["seeds"] = seeds.named(study.plan.evaluation.seed)
    typer.echo(f"{found.kept} of {found.kept + found.done} fits were kept from earlier runs")
    typer.echo(f"\n{wording.sentence(run)}\n\nreport: {report.write_report(folder)}")
    committed = f".venv/bin/python -m harness accept {run['id']}"
    typer.echo(f"accept: {committed if run['committed'] else 'only a run of a committed study: commit, run again'}")


@app.command()
def plan():
    """Print the whole plan, and where each value came from."""
    from . import inputs
    from . import plan as planning

    path = ROOT / inputs.PATH
    found = planning.origins(planning.read(path), path)
    table("key", "value", "from", rows=((key, str(value), origin) for key, value, origin in found))


@app.command()
def accept(run_id: RunId):
    """Make a run the result: copy it to results/ and its numbers to the model card."""
    from . import record, report

    if not record.read_finished(ROOT / "runs" / run_id)["committed"] or not record.is_committed(ROOT):
        raise StudyError("accept: commit your work, run again, accept that run: a result needs a commit")
    for old in set((ROOT / "results").glob("*")) - {ROOT / "results" / "ledger.jsonl"}:
        old.unlink()
    shutil.copytree(ROOT / "runs" / run_id, ROOT / "results", dirs_exist_ok=True)
    report.write_report(ROOT / "results")
    report.write_card(ROOT / "MODEL_CARD.md", ROOT / "results")
    typer.echo("results/ and MODEL_CARD.md hold this run now; read them, then: git add -A && git commit")


@app.command()
def replay(
    run_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    here: Annotated[bool, typer.Option("--here", help="In the present environment, not in a fresh one.")] = False,
    image: Annotated[str | None, typer.Option(help="In a container of this image.")] = None,
    at: Annotated[str | None, typer.Option(metavar="REV", help="On another commit than the recorded one.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default as recorded.")] = None,
    sign: Annotated[str | None, typer.Option(metavar="NAME", help="Enter what comes out in REPRODUCED.md.")] = None,
):
    """Repeat a run (the accepted one) in a clean clone of its commit and compare, number by number."""
    from . import record
    from .provenance import replay as replaying
    from .provenance import reproduced, tiers

    folder = replaying.subject(ROOT, run_id)
    if folder is None:
        typer.echo("replay: not exercised: there is no run of a committed study yet (make run)")
        return
    if record.read_finished(folder)["version"] != record.VERSION:
        typer.echo("replay: not exercised: that run was recorded by an earlier harness: run and accept again")
        return
    if sign:
        reproduced.refuse(ROOT, folder, at)
    typer.echo(f"replaying {folder.relative_to(ROOT)} in a clean clone ...")
    found = replaying.replay(ROOT, folder, workers, here, image, at)
    if found["rows"]:
        header = ["metric", "numbers", "tier", "tolerance", "status", "largest difference"]
        table(*header, rows=[row.values() for row in found["rows"]])
    typer.echo("\n".join(replaying.told(found)))
    if sign:
        reproduced.sign(ROOT, folder, found, sign)
    typer.echo(f"replay: {found['status']}")
    raise typer.Exit(tiers.STATUSES[found["status"]])


@app.command()
def unseal(reason: Annotated[str, typer.Option(help="Why now? It goes into the ledger.")]):
    """Score the candidate once on the sealed test rows, and write the ledger."""
    from . import inputs, ledger, wording

    entry = ledger.unseal(ROOT, inputs.read(ROOT), reason)
    level = wording.percent(entry["confidence"])
    typer.echo(f"the test was opened {entry['opened']} time(s); candidate on {entry['rows']} rows, {level} intervals:")
    for metric, score in entry["scores"].items():
        typer.echo(f"  {metric} {wording.interval_text(score)} ({score['method']})")
    typer.echo("commit, and push, results/ledger.jsonl now")


@app.command()
def check():
    """Reasons not to believe the result, each by name."""
    from . import checks, plan

    plan.read(ROOT / "study" / "plan.toml")
    exercise(checks.CHECKS, show=True)


@app.command()
def runs():
    """List the runs, newest first."""
    from . import record

    found = [(run["id"], run["status"], run.get("verdict") or run.get("error", "")[:90]) for run in record.runs(ROOT)]
    table("id", "status", "verdict", rows=found)


@app.command()
def report(run_id: RunId):
    """Write the report of a run again."""
    from . import report as reporting

    typer.echo(reporting.write_report(ROOT / "runs" / run_id))


@app.command()
def card():
    """Write the numbers of the accepted result into MODEL_CARD.md."""
    from . import report as reporting

    reporting.write_card(ROOT / "MODEL_CARD.md", ROOT / "results")


@app.command()
def release(out: Annotated[Path, typer.Option(help="Folder of the archive.")] = Path("dist")):
    """Pack the accepted result with all that is committed into one archive."""
    from .publish import release as releasing

    typer.echo(releasing.pack(ROOT, ROOT / out))


@app.command()
def manifest():
    """List the files of data/raw, with their hashes, in data/MANIFEST.sha256."""
    from . import dataset

    dataset.write_manifest(ROOT / "data")
    typer.echo("data/MANIFEST.sha256 written; look at `git diff data`, then commit it with the data")


def exercise(chosen, show=False):
    """Exercise checks, print what is worth it, and stop if one failed."""
    from .checks import outcome

    found = [(one, *outcome(one, ROOT)) for one in chosen]
    if show:
        table("code", "check", "status", rows=[(one.code, one.name, status) for one, status, _ in found])
    for one, status, sentences in found:
        if status == "failed":
            typer.echo(f"\n{one.code} {one.name} failed. What should hold: {one.find.__doc__}", err=True)
            typer.echo("\n".join(f"  {sentence}" for sentence in sentences[:10]), err=True)
        elif show and status == "not exercised":
            typer.echo(f"{one.code} {one.name} not exercised: {sentences[0]}", err=True)
    failed = [status for _, status, _ in found].count("failed")
    if failed:
        raise StudyError(f"{failed} of {len(found)} checks failed")


def table(*header, rows):
    """Print a table."""
    from rich import box, console
    from rich import table as tables

    shown = tables.Table(*header, box=box.SIMPLE)
    for row in rows:
        shown.add_row(*(f"{cell:.1e}" if isinstance(cell, float) else str(cell) for cell in row))
    console.Console(markup=False).print(shown)


if __name__ == "__main__":
    try:
        app(prog_name="python -m harness")
    except StudyError as error:
        sys.exit(str(error))
