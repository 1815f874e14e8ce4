"""Checks of the accepted result: it is what the plan, fixed before it, makes of the study as it is now."""

import hashlib
import math
import subprocess
from datetime import datetime

from harness import files
from harness.checks.registry import DEVIATIONS, NotExercised, accepted, check, cuts, explained, fails, planned, readable
from harness.method import budget, jobs, plan, verdict
from harness.provenance import attempts, record
from harness.provenance.runs import flat
from harness.publish import export

INPUTS = ["study", "data/raw", "data/MANIFEST.sha256", f":!{files.PLAN}", ":!study/test_*.py", ":!study/*.md"]
INPUTS += [":!study/checks.py"]


@check("P1", "study-kept")
def study_kept(root):
    """
    The models and the data are still those with which the accepted result was made.

    Detected: git compares study/ and data/raw with the commit of the accepted run.
    Why: a result tells of the code and the data that made it, and of no later ones.
    Do: take the change back, or run, commit and accept again.
    """
    _, run = accepted(root)
    changed = files.git(root, "diff", "--name-only", run["commit"], "--", *INPUTS)
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
        if not (folder / name).is_file() or files.file_hash(folder / name) != digest:
            yield f"results/{name} was edited or is missing: accept the run again (python -m harness accept ID)"
    if not (folder / "scores.csv").is_file():
        return
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
    The plan of the accepted result was committed before its run started, and was not made to fit what was seen.

    Detected: the record's plan is compared with study/plan.toml by key, the run's start with the commit's time; metric,
        margin, direction, alpha and family with those of the first run of the same models and data in
        results/attempts.csv.
    Why: a claim, metric or margin that is chosen after the result was seen will always fit it.
    Do: take the change back. If the new plan is meant, commit it, run and accept again; where it asks what an earlier
        run was not asked, say why in study/DEVIATIONS.md, and name the accepted run.
    """
    _, run = accepted(root)
    known = subprocess.run(["git", "show", f"{run['commit']}:{files.PLAN}"], cwd=root, capture_output=True)
    if known.returncode:
        raise NotExercised(f"git does not know the commit of the accepted run, {run['commit']}")
    again = "run and accept again"
    if hashlib.sha256(known.stdout).hexdigest() != run["plan_sha256"]:
        yield f"results/run.json: its plan_sha256 is not that of {files.PLAN} at {run['commit'][:12]}: {again}"
    committed = files.git(root, "log", "-1", "--format=%cI", run["commit"], "--", files.PLAN)
    if datetime.fromisoformat(committed) > datetime.fromisoformat(run["started"]):
        yield f"{files.PLAN} was committed at {committed}, after the run had started at {run['started']}: {again}"
    now, then = (flat(one | {"waivers": {}}) for one in (planned(root).model_dump(mode="json"), run["plan"]))
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            says = f"{key} was {then.get(key)!r} in the accepted run and is {now.get(key)!r} now"
            yield f"{files.PLAN}: {says}: take it back, or commit it, {again}"
    listed = attempts.listed(root)
    if (mine := listed.get(run["id"])) and not explained(root, run["id"]):
        same = [one for one in listed.values() if one["status"] == "finished" and one["study"] == mine["study"]]
        first = min(same, key=lambda one: one["started"], default=mine)
        if first["question"] and mine["question"] and first["question"] != mine["question"]:
            asked = f"run {first['id']}, of the same models and data, had another {', '.join(attempts.ASKED[:-1])}"
            does = f"take that back, or say why in {DEVIATIONS}, naming run {run['id']}"
            yield f"{files.PLAN}: {asked} or {attempts.ASKED[-1]}: {does}"


@check("P4", "splits-repeat")
def splits_repeat(root):
    """
    Data and plan still give the splits of the accepted run, row by row.

    Detected: the splits are made again and compared with those in the record.
    Why: other splits give other scores, so nobody could replay the result.
    Do: take back what was edited in harness/; else run and accept again: an updated package draws otherwise.
    """
    _, run = accepted(root)
    if any(study_kept(root)) or any(plan_first(root)):
        raise NotExercised("the study has changed since the accepted run: P1 and P3 say where")
    study = readable(root)
    again = jobs.split_table(study, cuts(study)).to_csv(lineterminator="\n")
    if hashlib.sha256(again.encode()).hexdigest() != run["splits_sha256"]:
        do = "run and accept again"
        yield f"results/splits.csv: the same data and plan give other splits now: {do}"


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
        if name not in there or name not in listed or files.file_hash(there[name]) != listed[name]:
            what = "is missing" if name not in there else "was changed" if name in listed else "is not in model.json"
            yield f"results/model/{name} {what}: accept the run again (python -m harness accept ID)"
