"""The store: the records in runs/ are the truth, and there is no index beside them; lists, filters, differences."""

import difflib
import json

import simpleeval

from .. import StudyError, record, refusal
from . import tiers

HEADER = ("id", "status", "verdict, or why there is none", "metric", "seconds", "MB", "commit", "by")
MISSING = (TypeError, simpleeval.AttributeDoesNotExist, KeyError, IndexError)  # a record that lacks a value


def facts(run):
    """
    Return what a filter may ask of a run: its record, and the candidate on the primary metric.

    Examples
    --------
    >>> score = {"value": 0.9, "low": 0.8, "high": 1.0}
    >>> facts({"metrics": ["auc"], "estimates": {"role": {"candidate": {"auc": score}}}})["metric"]
    0.9
    """
    found = {"value": None, "low": None, "high": None}
    if "estimates" in run:
        found |= run["estimates"]["role"]["candidate"][run["metrics"][0]] or {}
    return run | {"metric": found["value"], "low": found["low"], "high": found["high"]}


def where(runs, text):
    """
    Keep the runs of which an expression holds; one that lacks a value does not match, as NULL in SQL.

    Parameters
    ----------
    runs : iterable of dict
    text : str
        Such as ``verdict == 'supported' and metric > 0.9 and plan.evaluation.folds == 5``.

    Raises
    ------
    StudyError
        If it cannot be read, or asks for a name that no record has.
    """
    runs, known = [facts(one) for one in runs], json.loads(record.SCHEMA.read_text(encoding="utf-8"))["properties"]
    names = dict.fromkeys([*known, "metric", "low", "high"])
    tool, kept, lacks = simpleeval.SimpleEval(), [], []
    try:
        parsed = tool.parse(text)
        for one in runs:
            tool.names = names | one
            try:
                kept += [one] if tool.eval(text, previously_parsed=parsed) else []
            except MISSING as error:
                lacks.append(error)
    except simpleeval.NameNotDefined as error:
        raise StudyError(refusal("runs", "--where", error.name, "a key of a record", list(names))) from None
    except (simpleeval.InvalidExpression, SyntaxError) as error:
        raise StudyError(
            f"runs: --where {text!r}: {error}; such as \"verdict == 'supported' and metric > 0.9\""
        ) from None
    unknown = [error.attr for error in lacks if isinstance(error, simpleeval.AttributeDoesNotExist)]
    if unknown and len(lacks) == len(runs):
        raise StudyError(f"runs: --where {text!r}: no record has {unknown[0]!r}")
    return kept


def line(run):
    """Tell a run in the columns of `HEADER`."""
    if run["status"] == "unreadable":
        return (run["id"], run["status"], run["error"], "", "", "", "", "")
    one = facts(run)
    metric = "" if one["metric"] is None else f"{one['metric']:.4f} {run['metrics'][0]}"
    commit = (run.get("commit") or "none")[:8] + ("" if run.get("committed") else " + changes")
    told = run.get("verdict") or run.get("error", "")
    told += f" (replay of {run['replay_of']})" if "replay_of" in run else ""
    used = [f"{run[key]:.0f}" if key in run else "" for key in ("wall_s", "memory_mb")]
    return (run["id"], run["status"], told[:70], metric, *used, commit, run.get("user", ""))


def find(root, run_id):
    """Return the folder of a run, or of the accepted one by the name results; raise StudyError if there is none."""
    folder = root / "results" if run_id == "results" else root / "runs" / run_id
    if (folder / "run.json").is_file():
        return folder
    known = [path.parent.name for path in (root / "runs").glob("*/run.json")]
    near = difflib.get_close_matches(run_id, known, n=1, cutoff=0.5) or [one for one in known if run_id in one]
    hint = f"did you mean {near[0]}?" if near else "see: python -m harness runs"
    raise StudyError(f"there is no run {run_id!r} in runs/; {hint}")


def compare(one, other):
    """
    Say what differs between two runs, in the order in which it explains another result.

    Returns
    -------
    list of (str, str)
        What it is about, and what differs there: data, code, plan, lock, ..., result.
    """
    parts = [(what, part) for what, _, part in tiers.CIRCUMSTANCES if what != "seed"]
    parts.insert(2, ("plan", lambda run: run.get("plan", {})))
    parts.append(
        ("result", lambda run: {key: facts(run).get(key) for key in ("status", "verdict", "metric", "low", "high")})
    )
    return [(what, text) for what, part in parts for text in tiers.changes(part(one), part(other))]


def described(run):
    """List what a person wants to know of one run: (what, text)."""
    whole = [
        ("command", run["command"]),
        ("by", f"{run['name']} ({run['user']}) on {run['host']}, {run['started'][:19]}"),
    ]
    changes = f", and {len(run['uncommitted'])} files that were not committed" if run["uncommitted"] else ""
    whole += [("code", f"{run['commit'] or run['git']}{changes}"), ("python", f"{run['python']} on {run['processor']}")]
    whole += [("used", f"{run['wall_s']:.0f} s, {run['cpu_s']:.0f} s of CPU, {run['memory_mb']:.0f} MB")]
    whole += [("error", run["error"])] if "error" in run else []
    for one in run["stages"]:
        reads = [name for name in one["reads"] if name not in run["sources"]]
        reads += ["the study"] if len(reads) < len(one["reads"]) else []
        used = f"{one['wall_s']:.1f} s, {one['cpu_s']:.1f} s of CPU, {one['memory_mb']:.0f} MB"
        wrote = ", ".join(one["writes"]) or "run.json"
        whole.append((f"stage {one['name']}", f"{', '.join(reads)} -> {wrote} ({used})"))
    return whole
