"""Checks of the accepted result: it is of this study, as it was accepted, complete, and the verdict follows from it."""

import json
import math

from harness import files
from harness.checks.engine import Note, check
from harness.fits import diagnostics
from harness.method import budget, jobs, outlook, selection, verdict
from harness.plan import plan
from harness.provenance import accepted, record, schema, stages
from harness.provenance.runs import differences

AGAIN = "accept the run again (`harness accept ID`)"


@check("S1", "result-of-this-study", requires=("D1", "S2", "P5"))
def result_of_this_study(subject):
    """
    Models, data and plan are still those with which the accepted result was made, and they still give its splits.

    Detected: the files of study/ that a run can read, and those of data/, are hashed and compared with the record, the
        plan key by key (but for its waivers); then the splits are made again. Code counts by what it does: comments,
        docstrings, layout and unused imports do not. A file counts if code of the study names it.
    Why: a result tells of the code, the data and the question that made it, and of no later ones.
    Do: take the change back, or commit it, run and accept again; another question (claim, metric, margin, family) needs
        data that nobody has seen, or a reason in study/DEVIATIONS.md, as P3 says.
    """
    _, run = subject.accepted
    another, idle = accepted.changed_sources(subject.root, run)
    for name in idle:
        yield Note(f"{name} has changed since the accepted run in nothing that a fit depends on: the result is valid")
    changed = {name for name in another if name.startswith(("study/", "data/"))}
    for name in sorted(changed - {files.PLAN}):
        yield f"{name} has changed since the accepted run: run and accept again, or take the change back"
    now, then = (planned | {"waivers": {}} for planned in (subject.plan.model_dump(mode="json"), run["plan"]))
    for key, was, is_now in differences(then, now):
        if not (was or is_now):
            continue  # an empty table, and one whose keys are named elsewhere
        changed.add(key)
        message = f"{key} was {was!r} in the accepted run and is {is_now!r} now: take it back"
        asked = key.split(".")[0] == "question"
        more = "; a result that is known answers only the question that was asked before"
        yield f"{files.PLAN}: {message}{more if asked else ', or commit it, run and accept again'}"
    if changed <= {files.PLAN}:
        splits = jobs.split_table(subject.study, subject.cuts).to_csv(lineterminator="\n")
        if files.text_hash(splits) != run["splits_sha256"]:
            yield "results/splits.csv: the same data and plan give other splits now: run and accept again"


@check("S2", "results-as-accepted")
def results_as_accepted(subject):
    """
    What lies in results/ is what was accepted: the record of a committed run, its tables, its model, its report.

    Detected: every file in results/ is held against results/MANIFEST.sha256, which `accept` wrote; tables against
        the hashes in the record, in runs/ those that are too large for git; the record against the first commit that
        holds this run, or its folder in runs/.
    Why: a digit that was corrected by hand is an invention, however small, and a record that can be written later is
        a story.
    Do: take results/ from git again, or make the run the result anew: `harness accept ID`.
    """
    folder, run = subject.accepted
    if not (folder / accepted.MANIFEST).is_file():
        yield f"results/{accepted.MANIFEST} is missing: {AGAIN}"
    else:
        for name, what in accepted.unlike_manifest(folder):
            yield f"results/{name} {what} (results/{accepted.MANIFEST}): {AGAIN}"
    if not run.get("committed") or run.get("patch_sha256"):
        changed = ", ".join(run.get("uncommitted", [])[:5]) or "something"
        yield f"results/run.json: {changed} was not committed when run {run['id']} started: commit, run, accept anew"
    written = [pair for stage in run.get("stages", []) for pair in stage["writes"].items() if "." in pair[0]]
    out = accepted.left_out(folder)
    for name, digest in written:
        own = subject.root / "runs" / run["id"] / name
        if name in out and own.is_file() and files.file_hash(own) != digest:
            place = own.relative_to(subject.root)
            yield f"{place} is not what the run wrote, by results/run.json: run and accept again"
        elif name in out and accepted.table(folder, run, name) is None:
            yield Note(f"{name} is too large for git, and in no folder of runs/: `harness replay` makes it again")
        elif name not in out and not ((folder / name).is_file() and files.file_hash(folder / name) == digest):
            yield f"results/{name} is not what the run wrote, by results/run.json: {AGAIN}"
    yield from touched_up(subject.root, folder, run)


def touched_up(root, folder, run):
    """Yield a sentence for each fact of the record that was another when the run was accepted first."""
    path, same_run = "results/run.json", root / "runs" / run["id"] / "run.json"
    first = (files.git(root, "log", "--format=%H", "-S", run["id"], "--", path) or "").split()
    text = files.git(root, "show", f"{first[-1]}:{path}") if first else None
    remedy = f"take it back: git checkout {first[-1][:10]} -- results" if text else AGAIN
    if text is None and same_run.is_file():
        text = same_run.read_text(encoding="utf-8")
    if text:  # else nobody has anything to compare with yet
        for key, *values in differences(json.loads(text), json.loads((folder / "run.json").read_text("utf-8"))):
            was, is_now = (repr(value)[:60] for value in values)
            yield f"{path}: {key} was {was} when the run was accepted first and is {is_now}: {remedy}"


@check("S3", "verdict-follows", requires=("S2", "P5"))
def verdict_follows(subject):
    """
    Verdict, error budget and counts of fits and settings are what follows from the scores.

    Detected: they are computed again from results/scores.csv, and compared with the record.
    Why: the one sentence that everybody reads is the one that must not be written by hand.
    Do: run again, and accept that run; never write into runs/.
    """
    folder, run = subject.accepted
    stated, scores = plan.Plan.model_validate(run["plan"]), record.read_scores(folder)
    follows = verdict.judge(stated, scores, run["rows"].get("rarest", 0))
    follows |= {"fits": len(scores), "trials": int(scores["trials"].sum()), "tried": diagnostics.tried(scores)}
    follows["variants"] = selection.chosen(stated, scores)
    follows["outlook"] = outlook.after(run | follows)
    follows["budget"] = [budget.budget(stated, scores, metric) for metric in stated.metric_names]
    for key, value in follows.items():
        if not same(value, run.get(key)):
            yield f"results/run.json: {key} does not follow from results/scores.csv: run again, and accept that run"


def same(value, other):
    """Compare facts of a record; numbers up to rounding, since other libraries may sum in another order."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(same(value[key], other[key]) for key in value)
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same, value, other))
    if isinstance(value, float) and isinstance(other, float | int):
        return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12)
    return value == other


@check("P5", "record-complete", requires=("S2",))
def record_complete(subject):
    """
    The record has every key that docs/reference.md lists, and no other; no stage read what nothing had made.

    Detected: results/run.json is validated, and what each stage read is looked up among sources and what stages wrote.
    Why: what the record leaves out, no reader can check.
    Do: run and accept again; never write into the record.
    """
    _, run = subject.accepted
    for sentence in (*schema.problems(run), *stages.orphans(run)):
        yield f"results/run.json: {sentence}: accept a run anew"
