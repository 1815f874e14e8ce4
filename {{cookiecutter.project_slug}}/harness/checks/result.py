"""Checks of the accepted result: it is what the plan, fixed before it, makes of the study as it is now."""

import hashlib
import json
import math
import subprocess
from datetime import datetime

import jsonschema

from .. import budget, inputs, jobs, ledger, plan, record, verdict
from ..provenance import stages
from ..provenance.store import flat
from ..publish import export
from .registry import NotExercised, accepted, check, cuts, fails, planned, readable

INPUTS = ["study", "data/raw", "data/MANIFEST.sha256", f":!{inputs.PATH}", ":!study/test_*.py", ":!study/*.md"]
INPUTS += [":!study/checks.py"]
DEVIATIONS = "study/DEVIATIONS.md"


@check("P1", "study-kept")
def study_kept(root):
    """
    The models and the data are still those with which the accepted result was made.

    Detected: git compares study/ and data/raw with the commit of the accepted run.
    Why: a result tells of the code and the data that made it, and of no later ones.
    Do: take the change back, or run, commit and accept again.
    """
    _, run = accepted(root)
    changed = record.git(root, "diff", "--name-only", run["commit"], "--", *INPUTS)
    if changed is None:
        raise NotExercised(f"git does not know the commit of the accepted run, {run['commit']}")
    for name in changed.splitlines():
        yield f"{name} has changed since the accepted run: run and accept again, or take the change back"


@check("P2", "scores-as-recorded")
def scores_as_recorded(root):
    """
    The accepted tables are those that the run wrote, and verdict and budget are what follows from them.

    Detected: each table's hash is compared with the record; verdict and budget are computed again from scores.csv.
    Why: a digit that was corrected by hand is an invention, however small.
    Do: accept the run again: `python -m harness accept ID`.
    """
    folder, run = accepted(root)
    for name, digest in written(run).items():
        if not (folder / name).is_file() or record.file_hash(folder / name) != digest:
            yield f"results/{name} was edited or is missing: accept the run again (python -m harness accept ID)"
    stated, scores = plan.Plan.model_validate(run["plan"]), record.read_scores(folder)
    follows = verdict.judge(stated, scores)
    follows["budget"] = [budget.budget(stated, scores, metric) for metric in stated.metrics]
    for key, value in follows.items():
        if not same(value, run[key]):
            yield f"results/run.json: {key} does not follow from results/scores.csv: accept the run again"


def written(run):
    """Return name -> SHA-256 of each file that the stages of a run wrote."""
    return {name: digest for one in run["stages"] for name, digest in one["writes"].items() if "." in name}


def same(one, other):
    """Compare facts of a record; numbers up to rounding, since other libraries may sum in another order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


@check("P3", "plan-first")
def plan_first(root):
    """
    The plan of the accepted result was committed before its run started, and nothing in it has changed since.

    Detected: the record's plan is compared with study/plan.toml by key, and the run's start with the commit's time.
    Why: a claim, metric or margin that is chosen after the result was seen will always fit it.
    Do: take the change back; or, if the new plan is meant, commit it, run and accept again.
    """
    _, run = accepted(root)
    known = subprocess.run(["git", "show", f"{run['commit']}:{inputs.PATH}"], cwd=root, capture_output=True)
    if known.returncode:
        raise NotExercised(f"git does not know the commit of the accepted run, {run['commit']}")
    if hashlib.sha256(known.stdout).hexdigest() != run["plan_sha256"]:
        yield f"results/run.json: its plan_sha256 is not that of {inputs.PATH} in its commit {run['commit'][:12]}"
    committed = record.git(root, "log", "-1", "--format=%cI", run["commit"], "--", inputs.PATH)
    if datetime.fromisoformat(committed) > datetime.fromisoformat(run["started"]):
        yield f"{inputs.PATH} was committed at {committed}, after the run had started at {run['started']}"
    now, then = (flat(one | {"waivers": {}}) for one in (planned(root).model_dump(mode="json"), run["plan"]))
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            yield f"{inputs.PATH}: {key} was {then.get(key)!r} in the accepted run and is {now.get(key)!r} now"


@check("P4", "splits-repeat")
def splits_repeat(root):
    """
    Data and plan still give the splits of the accepted run, row by row.

    Detected: the splits are made again and compared with those in the record.
    Why: other splits give other scores, so nobody could replay the result.
    Do: run and accept again; if a package was updated, its changelog says what draws otherwise.
    """
    _, run = accepted(root)
    if any(study_kept(root)) or any(plan_first(root)):
        raise NotExercised("the study has changed since the accepted run: P1 and P3 say where")
    study = readable(root)
    again = jobs.split_table(study, cuts(study)).to_csv(lineterminator="\n")
    if hashlib.sha256(again.encode()).hexdigest() != run["splits_sha256"]:
        yield "results/splits.csv: the same data and plan give other splits now: run and accept again"


@check("P5", "record-complete")
def record_complete(root):
    """
    The record has every field that harness/run.schema.json asks for, and no stage read what nothing had made.

    Detected: results/run.json is validated, and what each stage read is looked up among sources and what stages wrote.
    Why: what the record leaves out, no reader can check.
    Do: run and accept again; never write into the record.
    """
    _, run = accepted(root)
    schema = json.loads(record.SCHEMA.read_text(encoding="utf-8"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(run):
        yield f"results/run.json: {error.json_path.removeprefix('$.')}: {error.message[:200]}: accept a run anew"
    yield from (f"results/run.json: {sentence}: accept a run anew" for sentence in stages.orphans(run))


@check("P8", "accepted-from-commit")
def accepted_from_commit(root):
    """
    The accepted run was one of a commit, with nothing changed beside it.

    Detected: the record says whether everything was committed when the run started, and what was not.
    Why: what was never committed, nobody else can run.
    Do: commit, run, and make that run the result by `python -m harness accept ID`, not by copying its files.
    """
    _, run = accepted(root)
    if not run["committed"] or run.get("patch_sha256"):
        changed = ", ".join(run.get("uncommitted", [])[:5]) or "something"
        yield f"results/run.json: {changed} was not committed when run {run['id']} started: commit, run, accept anew"


@check("P9", "record-kept")
def record_kept(root):
    """
    The record of the accepted run is as it was committed first: command, machine, times and all.

    Detected: results/run.json is compared with the first commit that holds this run, and with its folder in runs/.
    Why: a record that can be written later is a story; the command and the machine in it would prove nothing.
    Do: take results/run.json from git again, or accept the run again: `python -m harness accept ID`.
    """
    folder, run = accepted(root)
    for code in ("D2", "P2", "P3", "P4", "P5", "P8"):
        if fails(code, root):
            raise NotExercised(f"the record is contradicted already: {code} says where")
    text, same_run = (folder / "run.json").read_text(encoding="utf-8"), root / "runs" / run["id"] / "run.json"
    first = (record.git(root, "log", "--format=%H", "-S", run["id"], "--", "results/run.json") or "").split()
    known = record.git(root, "show", f"{first[-1]}:results/run.json") if first else None
    if known is None and same_run.is_file():
        known = same_run.read_text(encoding="utf-8")
    if known is None:
        raise NotExercised("the accepted result is not committed yet")
    then, now = (flat(json.loads(one)) for one in (known, text))
    mend = f"take it back: git checkout {first[-1][:10]} -- results/run.json" if first else "accept the run again"
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            was, is_now = (repr(one.get(key))[:60] for one in (then, now))
            yield f"results/run.json: {key} was {was} when it was committed first and is {is_now}: {mend}"


@check("T1", "ledger-intact")
def ledger_intact(root):
    """
    No line of the ledger was changed or taken away, and the test was opened under the accepted plan.

    Detected: each line holds the hash of the one before; the ledger begins with all that git's history has of it.
    Why: a test that was opened twice, or before the plan was changed, is no test any more, and readers have to know.
    Do: take results/ledger.jsonl from git again; say in study/DEVIATIONS.md why the plan was changed after an opening.
    """
    commits = record.git(root, "log", "--format=%H", "--", ledger.PATH) or ""
    lines = (root / ledger.PATH).read_text(encoding="utf-8") if (root / ledger.PATH).is_file() else ""
    if not (commits or lines):
        raise NotExercised("the test was never opened (python -m harness unseal)")
    for commit in commits.splitlines():
        if not lines.startswith(record.git(root, "show", f"{commit}:{ledger.PATH}") or ""):
            yield f"{ledger.PATH}: what commit {commit[:12]} has is not there any more: take it from git again"
    found = ledger.entries(root)
    if not (root / "results" / "run.json").is_file():
        return  # opened before a run was accepted
    planned = record.read(root / "results")["plan_sha256"]
    deviations = (root / DEVIATIONS).read_text(encoding="utf-8") if (root / DEVIATIONS).is_file() else ""
    for entry in found:
        name = entry["plan_sha256"][:12]
        if entry["plan_sha256"] != planned and name not in deviations:
            yield f"{ledger.PATH}: opening {entry['opened']} was under another plan, {name}: say why in {DEVIATIONS}"


@check("N2", "model-as-accepted")
def model_as_accepted(root):
    """
    The files in results/model are those that were exported when the accepted run was.

    Detected: their hashes are compared with results/model/model.json, which names the run.
    Why: who loads the model expects the scores that the report tells of.
    Do: accept the run again: `python -m harness accept ID`.
    """
    folder, run = accepted(root)
    if (facts := export.read(folder)) is None:
        yield "results/model/model.json is missing: accept the run again (python -m harness accept ID)"
        return
    if facts["run"] != run["id"]:
        yield f"results/model is the model of run {facts['run']}, not of {run['id']}: accept the run again"
    listed = {one["file"]: one["sha256"] for one in facts["formats"].values() if "file" in one}
    there = {path.name: path for path in (folder / "model").iterdir() if path.name != export.FACTS}
    for name in sorted(listed | there):
        if name not in there or name not in listed or record.file_hash(there[name]) != listed[name]:
            what = "is missing" if name not in there else "was changed" if name in listed else "is not in model.json"
            yield f"results/model/{name} {what}: accept the run again (python -m harness accept ID)"
