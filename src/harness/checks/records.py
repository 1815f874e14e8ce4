"""Checks of the record: complete, of a commit, and as it was made; so is the ledger."""

import json

import jsonschema

from harness import files
from harness.checks.registry import DEVIATIONS, NotExercised, accepted, check, explained, fails
from harness.method import test_set
from harness.provenance import record, stages
from harness.provenance.runs import flat


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
        where = f"results/run.json: {error.json_path.removeprefix('$').removeprefix('.')}".removesuffix(": ")
        yield f"{where}: {error.message[:200]}: accept a run anew"
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
    first = (files.git(root, "log", "--format=%H", "-S", run["id"], "--", "results/run.json") or "").split()
    known = files.git(root, "show", f"{first[-1]}:results/run.json") if first else None
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


def unbroken(root, path, extends):
    """
    Find what has to be there still of a file that only ever grows.

    Parameters
    ----------
    root : pathlib.Path
    path : str
    extends : function
        Whether a later text holds all that an earlier one holds.

    Returns
    -------
    commit, text : str
        The last version in git's history that lost nothing of those before it; "" if there is none.
    """
    good, text = "", ""
    for commit in (files.git(root, "log", "--reverse", "--format=%H", "--", path) or "").split():
        then = files.git(root, "show", f"{commit}:{path}")
        if then is not None and extends(text, then):
            good, text = commit[:12], then
    return good, text


@check("T1", "ledger-intact")
def ledger_intact(root):
    """
    No line of the ledger was changed or taken away, and the test was opened under the accepted plan.

    Detected: each line holds the hash of the one before; the ledger begins with all that git's history has of it.
    Why: a test that was opened twice, or before the plan was changed, is no test any more, and readers have to know.
    Do: take results/ledger.jsonl from git again; if the plan was changed after an opening, say why in
        study/DEVIATIONS.md, with the first twelve digits of the plan's hash that the message gives.
    """
    commit, text = unbroken(root, test_set.PATH, lambda old, new: new.startswith(old))
    lines = (root / test_set.PATH).read_text(encoding="utf-8") if (root / test_set.PATH).is_file() else ""
    if not (commit or lines):
        raise NotExercised("the test was never opened (python -m harness unseal)")
    if not lines.startswith(text):
        yield f"{test_set.PATH}: what commit {commit} has is gone: git checkout {commit} -- {test_set.PATH}"
        return
    found = test_set.entries(root)
    if not (root / "results" / "run.json").is_file():
        return  # opened before a run was accepted
    planned = record.read(root / "results")["plan_sha256"]
    for entry in found:
        name = entry["plan_sha256"][:12]
        if entry["plan_sha256"] != planned and not explained(root, name):
            says = f"opening {entry['opened']} was under another plan, {name}: say why in {DEVIATIONS}, naming it"
            yield f"{test_set.PATH}: {says}"
