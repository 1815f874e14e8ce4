"""Checks of what went before the result: the plan came first, all attempts and openings of the test set are told."""

import math
from datetime import datetime

from harness import files
from harness.checks.engine import DEVIATIONS, Note, NotExercised, check
from harness.exceptions import StudyError
from harness.fits import pilot, test_set
from harness.method import outlook, power
from harness.provenance import attempts, record

FITS = 10  # of a role: enough for a spread


@check("P3", "plan-first", requires=("S2", "P5"))
def plan_first(subject):
    """
    The plan of the accepted result was committed before its run started, and was not made to fit what was seen.

    Detected: the record's plan is compared with that of the run's commit, the run's start with the commit's time;
        metric, margin, direction, alpha and family with those of the first run of the same models and data in
        results/attempts.csv.
    Why: a claim, metric or margin that is chosen after the result was seen will always fit it.
    Do: take the change back. If the new plan is meant, commit it, run and accept again; where it asks what an earlier
        run was not asked, say why in study/DEVIATIONS.md, and name the accepted run.
    """
    _, run = subject.accepted
    planned = files.committed(subject.root, run["commit"], files.PLAN)
    if planned is None:
        raise NotExercised(f"git does not know the commit of the accepted run, {run['commit']}")
    again = "run and accept again"
    if files.text_hash(planned) != run["plan_sha256"]:
        yield f"results/run.json: its plan_sha256 is not that of {files.PLAN} at {run['commit'][:12]}: {again}"
    committed = files.git(subject.root, "log", "-1", "--format=%cI", run["commit"], "--", files.PLAN)
    if committed and datetime.fromisoformat(committed) > datetime.fromisoformat(run["started"]):
        yield f"{files.PLAN} was committed at {committed}, after the run had started at {run['started']}: {again}"
    listed = attempts.listed(subject.root)
    if (mine := listed.get(run["id"])) and not subject.explains(run["id"]):
        same = [row for row in listed.values() if row["status"] == "finished" and row["study"] == mine["study"]]
        first = min(same, key=lambda row: row["started"], default=mine)
        if first["question"] and mine["question"] and first["question"] != mine["question"]:
            question = f"{', '.join(attempts.ASKED[:-1])} or {attempts.ASKED[-1]}"
            remedy = f"take that back, or say why in {DEVIATIONS}, naming run {run['id']}"
            yield f"{files.PLAN}: run {first['id']}, of the same models and data, had another {question}: {remedy}"


@check("P6", "plan-can-answer", refits=True)
def plan_can_answer(subject):
    """
    The plan has a chance to tell: to support a difference of two margins, or to find equal models equivalent.

    Detected: floor and rival, never the candidate, are fitted in some ten folds. Both chances have to be below 20 %,
        even if the difference varied from fold to fold a tenth as much as the rival's score; at 0.4 it is only noted.
    Why: such a run ends in "no conclusion" unless the true difference is many times the margin.
    Do: take what `harness plan --power` names, rows or repeats, or a margin that such data can resolve, if that is
        worth having; where a much larger difference is expected, waive it with the reason.
    """
    study = subject.study
    evaluation = study.plan.evaluation
    try:
        told = pilot.known(study, min(evaluation.repeats, math.ceil(FITS / evaluation.folds)))
    except StudyError as error:  # a rival that is perfect is no fault of the plan
        raise NotExercised(str(error)) from None
    sentence = f"{files.PLAN}: [question] margin: {outlook.before(study, told)}"
    if outlook.hopeless(study, told, power.SAME):
        yield sentence
    elif outlook.hopeless(study, told):
        yield Note(sentence)


def unbroken(root, path, extends):
    """Return commit and text of the last version in git that extends all before it, or ""; ``extends(old, new)``."""
    commit, text = "", ""
    for later in (files.git(root, "log", "--reverse", "--format=%H", "--", path) or "").split():
        then = files.git(root, "show", f"{later}:{path}")
        if then is not None and extends(text, then):
            commit, text = later[:12], then
    return commit, text


@check("T1", "ledger-intact")
def ledger_intact(subject):
    """
    No line of the ledger was changed or taken away, and the test was opened under the accepted plan.

    Detected: each line holds the hash of the one before; the ledger begins with all that git's history has of it.
    Why: a test that was opened twice, or before the plan was changed, is no test any more, and readers have to know.
    Do: take results/ledger.jsonl from git again; if the plan was changed after an opening, say why in
        study/DEVIATIONS.md, with the first twelve digits of the plan's hash that the message gives.
    """
    commit, text = unbroken(subject.root, test_set.PATH, lambda old, new: new.startswith(old))
    path = subject.root / test_set.PATH
    lines = path.read_text(encoding="utf-8") if path.is_file() else ""
    if not (commit or lines):
        raise NotExercised("nobody has opened the sealed rows, which is for the end (`harness unseal`)")
    if not lines.startswith(text):
        yield f"{test_set.PATH}: what commit {commit} has is gone: git checkout {commit} -- {test_set.PATH}"
        return
    entries = test_set.entries(subject.root)
    if not (subject.root / "results" / "run.json").is_file():
        return  # opened before a run was accepted
    planned = record.read(subject.root / "results").get("plan_sha256")
    for entry in entries:
        name = entry["plan_sha256"][:12]
        if entry["plan_sha256"] != planned and not subject.explains(name):
            remedy = f"say why in {DEVIATIONS}, naming it"
            yield f"{test_set.PATH}: opening {entry['opened']} was under another plan, {name}: {remedy}"


@check("B2", "attempts-told", requires=("S2", "P5"))
def attempts_told(subject):
    """
    All runs that led to the accepted one are listed, and it is not the luckiest of several seeds.

    Detected: `accept` lists every run in runs/ in results/attempts.csv; what git's history has of the list, and what
        lies in runs/, has to be there. Of three or more runs that differ in their seed alone, the accepted one may be
        the first, or not the best.
    Why: the best of many attempts is good by luck, and only who knows of the others can see it.
    Do: accept the run of the seed that was planned first, or say in study/DEVIATIONS.md, with the run's id, why this.
    """
    _, run = subject.accepted
    listed, path, again = attempts.listed(subject.root), attempts.PATH, "accept the run again"
    parse = attempts.parse
    commit, text = unbroken(subject.root, path, lambda old, new: attempts.lost(parse(old), parse(new)) is None)
    if not (listed or commit):
        raise NotExercised(f"the result was accepted before there was a list of attempts: {again}")
    if name := attempts.lost(parse(text), listed):
        yield f"{path}: run {name} {'was changed' if name in listed else 'is gone'}: git checkout {commit} -- {path}"
        return
    for other in record.runs(subject.root):
        own = (other.get("user"), other.get("host")) == (run["user"], run["host"])  # what others tried, they tell of
        if own and other["id"] not in listed and other["started"] < run["ended"]:
            yield f"{path}: run {other['id']} ({other['status']}) is in runs/ and not listed: {again}"
    if run["id"] not in listed:
        yield f"{path}: the accepted run {run['id']} is not listed: {again}"
    elif not subject.explains(run["id"]):
        yield from luckiest(run, listed)


def luckiest(run, listed):
    """Yield a sentence if the accepted run is the best of three seeds or more, and not the first."""
    mine = listed[run["id"]]
    same = [row for row in listed.values() if all(row[key] == mine[key] for key in ("plan", "study", "metric"))]
    same = sorted((row for row in same if row["difference"] and row["seed"]), key=lambda row: row["started"])
    seeds = list(dict.fromkeys(row["seed"] for row in same))
    towards = 1 if run["plan"]["question"]["direction"] == "better" else -1
    rest = [towards * float(row["difference"]) for row in same if row["seed"] != mine["seed"]]
    if len(seeds) >= 3 and seeds[0] != mine["seed"] and towards * float(mine["difference"]) > max(rest):
        remedy = f"accept that of seed {seeds[0]}, the first, or say why in {DEVIATIONS}, naming the run"
        best = f"run {run['id']} (seed {mine['seed']}) is the best of {len(seeds)} that differ in their seed alone"
        yield f"{attempts.PATH}: {best}: {remedy}"
