"""Evaluate what study/plan.toml says; write runs/<id>/; print the verdict."""

# The method section: what is done, in which order, and what is written down of it.

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from harness import cells, files, scales, seeds, study, words
from harness.checks import engine, findings, registry
from harness.cli.options import refuse_failed
from harness.cli.plan import warn
from harness.exceptions import StudyError
from harness.fits import cache, diagnostics, evaluation, keys, slurm, test_set
from harness.inspection import duplicates, errors, importance
from harness.method import budget, inputs, jobs, outlook, selection, splits, variation, verdict
from harness.method.inputs import Study
from harness.plan import metrics, plan
from harness.provenance import machine, record, stages, tracking
from harness.report import page


def command(
    context: typer.Context,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes, by default one for each CPU; scores do not depend on it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write here, not to runs/.")] = None,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, whose workers do the fits.")
    ] = "",
    queue: Annotated[bool, typer.Option("--slurm", help="Jobs of Slurm do the fits, one for each worker.")] = False,
    options: Annotated[
        list[str] | None, typer.Argument(metavar="-- OPTIONS", help="With --slurm: options for sbatch.")
    ] = None,
    explore: Annotated[bool, typer.Option("--try", help="The roles, once: an exploratory verdict in seconds.")] = False,
) -> None:
    """Evaluate what study/plan.toml says; write runs/<id>/; print the verdict."""
    if options and not queue:
        raise StudyError(f"run: {options[0]!r} is no option of this command; for sbatch: --slurm -- {options[0]}")
    if queue and (scheduler or workers is None):
        asks = "it brings its own scheduler: leave --scheduler out" if scheduler else "say how many jobs: --workers 40"
        raise StudyError(f"run: --slurm: {asks}")
    workers = workers or slurm.cpus()
    root = study.enter()
    plan.read(root / files.PLAN)  # its own message comes first
    known = registry.all_checks(root)
    results = findings.examine(engine.Subject(root), [check for check in known if check.before_run], known)
    for message in findings.failures(results):
        typer.echo(words.typed(message), err=True)
    refuse_failed(results)
    facts = machine.describe(root)
    if not (facts["committed"] or explore or out):
        missing = ", ".join(facts["uncommitted"][:5]) or facts["git"]
        typer.echo(f"This run cannot be accepted, since not all is committed: {missing}", err=True)
    meter = stages.Meter(facts["sources"])
    with meter.stage("read", *facts["sources"]) as made:
        subject, opened = inputs.read(root), len(test_set.entries(root))
        made["table"] = keys.table_hash(cells.comparable(subject.table))
    warn(subject)
    subject = subject._replace(plan=subject.plan.explored()) if explore else subject
    with record.recording(root, facts, meter, out) as (folder, run):
        if not out:  # a replay is no run of its own
            context.call_on_close(lambda: tracking.send(root, folder))  # also of a run that fails
        run |= {
            "plan": subject.plan.model_dump(mode="json"),
            "metrics": subject.plan.metric_names,
            "task": subject.task,
            "torch": seeds.of_torch(),
        }
        run |= {"opened": opened, "rows": subject.rows, "table_sha256": made["table"], "exploratory": explore}
        run["patch_sha256"] = machine.write_patch(root, folder)
        with meter.stage("split", "table", files.PLAN) as made:
            run["duplicates"] = duplicates.duplicates(subject.development)
            made["splits.csv"] = files.write_table(folder / "splits.csv", jobs.split_table(subject))
        with meter.stage("fit", "table", "splits.csv", *facts["sources"]) as made:
            kept, at = None if out else root / files.CACHE, keys.machine(facts, run["torch"])
            far = {"scheduler": scheduler, "sbatch": options or () if queue else None}
            more: dict[str, Any] = {"looking": not explore, "machine": at, "tell": meter.tell} | far
            fits = evaluation.evaluate(subject, workers, kept, importance.inspect, **more)
            made["scores.csv"] = files.write_table(folder / "scores.csv", fits.scores)
            made["predictions.csv"] = files.write_table(folder / "predictions.csv", fits.predictions)
            if not explore:
                explained = importance.summary(fits.explanations)
                made["explanation.json"] = files.write_json(folder / "explanation.json", explained)
        with meter.stage("judge", "scores.csv", files.PLAN):
            run |= {f"{name}_sha256": meter.known[f"{name}.csv"] for name in ("splits", "scores", "predictions")}
            run |= {"fits": len(fits.scores), "trials": int(fits.scores["trials"].sum())}
            run |= {"tried": diagnostics.tried(fits.scores), "kept": fits.kept}
            run["variants"] = selection.chosen(subject.plan, fits.scores)
            run["machines"] = fits.scores["machine"].value_counts().to_dict()
            run["ablation_proofs"] = variation.proofs(subject, fits.scores)
            run |= verdict.judge(subject.plan, fits.scores, subject.rows.get("rarest", 0))
            run["outlook"] = outlook.after(run)
            run["budget"] = [budget.budget(subject.plan, fits.scores, metric) for metric in subject.plan.metric_names]
        if not explore:
            with meter.stage("look", "scores.csv", "predictions.csv", "table", files.PLAN) as made:
                failed = failures(subject, kept, [at, repr(run["plan"]), repr(meter.stages[-1]["reads"])], fits)
                failed |= {"curves": fits.curves} if fits.curves else {}
                made["failures.json"] = files.write_json(folder / "failures.json", failed)
        run["seeds"] = seeds.named(subject.plan.evaluation.seed)
    typer.echo(f"{fits.kept} of {fits.kept + fits.done} fits were kept from earlier runs")
    show(folder, run, apart=not out)


def failures(subject: Study, folder: Path | None, stated: list[str], fits: evaluation.Evaluation) -> dict[str, Any]:
    """Return where the candidate fails, kept for the same machine, plan, scorers and hashes of what is read."""
    seed, asked = (
        subject.plan.evaluation.seed,
        [*metrics.weighted(subject.scorers, subject.development.weights).values()],
    )
    seen = (subject.table.iloc[:0], [keys.exact(column) for _, column in subject.table.items()], asked)
    types = [keys.types(subject.development, subject.root), keys.content(seen, subject.root)]
    name = files.parts_hash(keys.surroundings(subject.root), *stated, *types)
    outputs = (fits.predictions, subject.table, fits.scores, splits.units(subject.development))
    make = partial(errors.failures, subject.task, subject.plan, asked[0], *outputs)
    failed, drawn = cache.kept(folder and folder / "failures", name, partial(seeds.noting, seed, make))
    for use in drawn:
        seeds.noted(seed, use)
    return failed


def show(folder: Path, run: dict[str, Any], apart: bool) -> None:
    """Print the verdict, and what to do next; write the report, and its figures ``apart``."""
    if run["exploratory"]:
        roles, metric = run["estimates"]["role"], run["metrics"][0]
        scale = scales.primary(run)
        scores = [scale.turned(roles[role][metric]) for role in words.shown_roles(run)]
        texts = [words.interval_text(score, places=words.common_places(scores)) for score in scores]
        words.print_table("role", scale.title, rows=zip(words.shown_roles(run).values(), texts, strict=True))
        typer.echo(f"{words.sentence(run)}\n\nOnly a try: no result. The whole of it: make run")
        return
    typer.echo("\n\n".join(filter(None, ["\n" + words.sentence(run), words.tried(run), run["outlook"]])) + "\n")
    typer.echo(f"report: {page.write_report(folder, apart)}")
    how = "make accept" if run["committed"] else "it has to be a run of a committed study: commit, then run again"
    typer.echo(f"to make it the result: {how}")
