"""The judge of the study. Each command reads like its section of a paper: what is done, in which order."""

import gc
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

try:
    import typer
except ImportError:
    sys.exit("Its packages are missing here: make setup, then .venv/bin/python -m harness ...")

from . import StudyError
from .wording import typed

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "runs" / ".cache"
CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
Workers = Annotated[int, typer.Option(min=1, help="Processes; the scores do not depend on it.")]
RunId = Annotated[str, typer.Argument(metavar="ID", help="A folder in runs/.")]
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
runs = typer.Typer(invoke_without_command=True)
app.add_typer(runs, name="runs")


@app.command()
def run(
    context: typer.Context,
    workers: Workers = CPUS,
    out: Annotated[Path | None, typer.Option(help="Write here, not to runs/.")] = None,
):
    """Evaluate what study/plan.toml says; write runs/<id>/; print the verdict."""
    from . import (
        budget,
        cache,
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
    from .checks import examine
    from .provenance import circumstances, stages, tracking

    plan.read(ROOT / inputs.PATH)  # its own message comes first
    known = examine.every(ROOT)
    found = examine.examine(ROOT, [one for one in known if one.before_run], known)
    for says in examine.failures(found):
        typer.echo(typed(says), err=True)
    refuse_failed(found)
    facts = circumstances.circumstances(ROOT)
    meter = stages.Meter(facts["sources"])
    with meter.stage("read", *facts["sources"]) as made:
        study, opened = inputs.read(ROOT), len(ledger.entries(ROOT))
        made["table"] = record.text_hash(study.table.to_csv())
    with record.recording(ROOT, facts, meter, out) as (folder, run):
        if not out:  # a replay is no run of its own
            context.call_on_close(lambda: tracking.send(ROOT, folder))  # also of a run that fails
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
            root = study.plan.evaluation.seed
            look = (study.task, study.plan, found.predictions, study.table, found.scores, study.development.groups)
            looking = partial(seeds.noting, root, lambda: failures.failures(*look))
            looked, drawn = cache.kept(CACHE / "failures", name, looking)
            for one in drawn:
                seeds.child(root, one)
            made["failures.json"] = record.write_json(folder / "failures.json", looked)
        run["seeds"] = seeds.named(root)
    typer.echo(f"{found.kept} of {found.kept + found.done} fits were kept from earlier runs")
    typer.echo(f"\n{wording.sentence(run)}\n\nreport: {report.write_report(folder)}")
    committed = typed(f"python -m harness accept {run['id']}")
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
    """Make a run the result: copy it to results/, export its model, write its numbers to model card and README."""
    from .publish import accept as accepting

    for kind, one in accepting.accept(ROOT, run_id)["formats"].items():
        compared = f"results/model/{one['file']}: the same on {one['rows']} rows" if "file" in one else one["reason"]
        typer.echo(f"model as {kind}: {compared}")
    refresh()
    typer.echo("results/, MODEL_CARD.md and README.md hold this run now; read them, then: git add -A && git commit")


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
        refresh()
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
    refresh()
    typer.echo("commit, and push, results/ledger.jsonl now")


@app.command()
def check(
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CODE]...", help="Only these.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: every status with its evidence.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Tell how they find out, why, and what to do.")] = False,
    refit: Annotated[bool, typer.Option("--refit", help="Also those that fit models.")] = False,
):
    """Reasons not to believe the result, each by name."""
    if not (codes or refit):
        gc.disable()  # a tenth of the time, for little that the end of the process does not free as well
    from .checks import examine

    known = examine.every(ROOT)
    chosen = examine.chosen(known, codes) if codes else known
    if explain:
        typer.echo("\n\n".join(map(examine.explain, chosen)))
        return
    found = examine.examine(ROOT, chosen, known, refit or bool(codes))
    if as_json:
        typer.echo(examine.as_json(found))
    else:
        table("code", "check", "status", rows=[(one.check.code, one.check.name, one.status) for one in found])
        typer.echo(typed("\n".join(examine.told(found))), err=True)
        typer.echo(examine.total(found))
    refuse_failed(found)


@runs.callback()
def list_runs(
    context: typer.Context,
    where: Annotated[str | None, typer.Option(help='Only those for which this holds: "metric > 0.9".')] = None,
):
    """List the runs, newest first; or see the commands."""
    from . import record
    from .provenance import store
    from .provenance import where as filtering

    if context.invoked_subcommand is None:
        found = record.runs(ROOT)
        chosen = found if where is None else filtering.where(found, where)
        typer.echo(store.aligned(*store.HEADER, rows=map(store.row, chosen)))


@runs.command()
def show(run_id: RunId):
    """Tell of one run: verdict, who, when, where, code, stages, files."""
    from .provenance import store

    typer.echo(store.show(store.folder_of(ROOT, run_id)))


@runs.command()
def compare(run_id: RunId, other: RunId):
    """Tell what differs between two runs: code, data, plan, environment, result."""
    from . import record
    from .provenance import store

    typer.echo(store.compare(*(record.read(store.folder_of(ROOT, one)) for one in (run_id, other))))


@runs.command()
def dashboard():
    """Write runs/dashboard.html: all runs on one page."""
    from .provenance import dashboard as boards

    typer.echo(boards.write(ROOT))


@runs.command(context_settings={"ignore_unknown_options": True})  # -0.15 is no option
def why(
    number: Annotated[list[str], typer.Argument(help="As printed: 0.9123, +0.0190, 95 %, '< 0.001'.")],
    within: Annotated[str | None, typer.Option("--in", help="ID of a run, or results.")] = None,
):
    """Find where a printed number stands in the files of a run, and what made it."""
    from . import record
    from .provenance import store, trace

    folder = store.folder_of(ROOT, within) if within else trace.default(ROOT)
    run, found = record.read(folder), trace.why(folder, " ".join(number))
    if not found:
        raise StudyError(f"why: {' '.join(number)} stands nowhere in {folder.relative_to(ROOT).as_posix()}")
    for place in found[:10]:
        made = "" if place.how == "itself" else f" ({place.how})"
        typer.echo(f"{folder.name}/{place.file}: {place.key} = {place.value}{made}\n    {trace.meaning(run, place)}")
    if found[10:]:
        typer.echo(f"and {len(found) - 10} more places, in {', '.join(sorted({one.file for one in found[10:]}))}")


@runs.command()
def track(run_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="By default the newest.")] = None):
    """Send a run to MLflow, now or again."""
    from .provenance import store, tracking

    folder = store.folder_of(ROOT, run_id) if run_id else store.newest(ROOT)
    if problem := tracking.problem(ROOT, folder, tracking.PATIENT_S):
        raise StudyError(problem)
    typer.echo(f"{folder.name} is at {tracking.shown(tracking.address(ROOT))}")


@app.command()
def report(run_id: RunId):
    """Write the report of a run again."""
    from . import report as reporting

    typer.echo(reporting.write_report(ROOT / "runs" / run_id))


@app.command()
def card():
    """Write what is made again: numbers in card and README, CHECKLISTS.md, codemeta.json; say what waits for you."""
    from .publish import card as carding

    if (ROOT / "results" / "run.json").is_file():
        carding.write(carding.pieces(ROOT, ROOT / "results"))
    else:
        typer.echo(typed("no result is accepted yet (python -m harness accept ID)"))
    refresh()


@app.command()
def release(
    out: Annotated[Path, typer.Option(help="Folder of the archive.")] = Path("dist"),
    verify: Annotated[Path | None, typer.Option(metavar="ARCHIVE", help="Re-hash an archive; make none.")] = None,
):
    """Pack the accepted result with all that is committed into one archive, or say why not."""
    from .publish import release as releasing
    from .publish import verify as verifying

    if verify:
        typer.echo(f"{verify}: all {verifying.verify(verify)} files are as listed")
        return
    archive, notes = releasing.pack(ROOT, ROOT / out)
    typer.echo("\n".join(notes), err=True)
    typer.echo(archive)


@app.command()
def manifest():
    """List the files of data/raw in data/MANIFEST.sha256, and describe them to machines in data/croissant.json."""
    from . import rawdata
    from .publish import croissant

    rawdata.write_manifest(ROOT / "data")
    typer.echo("data/MANIFEST.sha256 written")
    try:
        croissant.write(ROOT)
    except StudyError as error:
        again = "then python -m harness manifest again"
        raise StudyError(f"{croissant.PATH} cannot be written yet ({again}):\n{error}") from None
    typer.echo(f"{croissant.PATH} written; look at `git diff data`, then commit both with the data")


@app.command()
def fetch():
    """Fetch the raw files that are not here from the addresses in data/sources.toml, and check their hashes."""
    from .provenance import fetch as fetching

    fetching.fetch(ROOT, typer.echo)


def refresh():
    """Write again what follows from the result and the files beside it, and say what waits for the author."""
    from .publish import checklists, metadata, waiting

    metadata.write_codemeta(ROOT)
    questions = checklists.write(ROOT)
    typer.echo(waiting(ROOT / "MODEL_CARD.md") or "every place in MODEL_CARD.md is filled in")
    typer.echo(f"{questions} questions in CHECKLISTS.md wait for you")


def refuse_failed(found):
    """Stop if a check failed."""
    failed = [one.status for one in found].count("failed")
    if failed:
        raise StudyError(f"{failed} of {len(found)} checks failed")


def table(*header, rows):
    """Print a table."""
    from rich import box, console
    from rich import table as tables

    shown = tables.Table(*header, box=box.SIMPLE)
    for row in rows:
        cells = [f"{cell:.1e}" if isinstance(cell, float) else str(cell) for cell in row]
        shown.add_row(*cells, style="bold red" if "failed" in cells else None)
    console.Console(markup=False).print(shown)


if __name__ == "__main__":
    try:
        app(prog_name="python -m harness")
    except StudyError as error:
        sys.exit(typed(str(error)))
