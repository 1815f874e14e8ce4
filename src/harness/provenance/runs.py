"""The store: what lies in runs/, listed, filtered, shown and compared. The records are all there is."""

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.errors import UndefinedVariableError

from harness import files, scales, words
from harness.exceptions import StudyError, refusal
from harness.provenance import record, schema

HEADER = ["id", "status", "verdict or error", "candidate", "wall s", "MB", "started (UTC)", "commit", "mark"]
ENVIRONMENT = ["python", "platform", "processor", "cpus", "memory_gb", "accelerators", "thread_pools", "variables"]
PARTS = {  # what two runs are compared by: keys of their records, besides sources
    "code": ["git", "commit", "branch", "committed", "uncommitted", "patch_sha256"],
    "data": ["data_sha256", "table_sha256", "rows"],
    "plan": ["plan"],
    "environment": ["packages", "lock_sha256", *ENVIRONMENT],
    "result": ["status", "error", "verdict", "reason", "splits_sha256", "predictions_sha256"],
}


def flat(table: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Return a table of tables as one, with dots in its keys: {"a": {"b": 1}} is {"a.b": 1}."""
    entries: dict[str, Any] = {}
    for key, value in table.items():
        entries |= flat(value, f"{name}{key}.") if isinstance(value, dict) and value else {f"{name}{key}": value}
    return entries


def differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield key and both values of each entry in which two tables of tables differ; a missing one is None."""
    then, now = flat(old), flat(new)
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            yield key, then.get(key), now.get(key)


def is_code(source: str) -> bool:
    """Return whether a source of a run is code; the others are data, plan and lock."""
    return not source.startswith(("data/", files.PLAN, files.LOCK))


def scores(run: dict[str, Any]) -> dict[str, Any]:
    """Return the candidate's estimate of each metric; none, if the run did not come to its end."""
    return run.get("estimates", {}).get("role", {}).get("candidate", {})


def primary(run: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return label and estimate, as shown, of the candidate's primary metric; ("", {}) where there is none."""
    for name, scale in scales.scales({"metrics": [], "plan": {}} | run).items():
        return scale.title, scale.turned(scores(run).get(name)) or {}
    return "", {}


def where(records: Iterable[dict[str, Any]], expression: str) -> list[dict[str, Any]]:
    """
    Keep the runs for which an expression of `pandas.DataFrame.query` holds.

    Names are the keys of run.json, joined by ``_`` where one is inside another, and ``metric``, ``low``, ``high``: the
    candidate's primary metric, as it is shown. A missing number is unknown, as in SQL, and unknown does not match.
    """
    runs, ends = list(records), {"metric": "value", "low": "low", "high": "high"}
    if not runs:
        return []
    known = [*schema.MEANING, *ends]
    rows = [run | {name: primary(run)[1].get(end) for name, end in ends.items()} for run in runs]
    table = pd.json_normalize(rows, sep="_")
    table = table.reindex(columns=table.columns.union(known)).convert_dtypes()
    try:
        holds = table.eval(expression, engine="python", target=None)
    except UndefinedVariableError as error:
        name = str(error).split("'")[1]
        near = difflib.get_close_matches(name, map(str, table)) or known
        raise StudyError(refusal("--where", "key", name, "in any record", near)) from None
    except Exception as error:  # pandas raises many kinds
        hint = "; equality is ==" if "==" not in expression and "=" in expression else ""
        raise StudyError(f"--where: {expression!r} cannot be read: {error}{hint}") from None
    if not isinstance(holds, pd.Series) or not pd.api.types.is_bool_dtype(holds):
        raise StudyError(f"--where: {expression!r} is no condition on a run, such as metric > 0.9")
    return [run for run, is_kept in zip(runs, holds.fillna(False), strict=True) if is_kept]


def aligned(*header: str, rows: Iterable[Iterable[object]]) -> str:
    """Write a table as lines of text; a thousand rows cost milliseconds."""
    lines = [header, *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(line.rstrip() for line in padded)


def row(run: dict[str, Any], accepted: str = "") -> list[object]:
    """Return what the list says of a run, under HEADER; ``accepted`` is the id of the accepted one."""
    title, estimate = primary(run)
    score = f"{words.interval_text(estimate)} {title}" if estimate else None
    reason = (run.get("verdict") or run.get("error") or run.get("progress") or "").partition("\n")[0]
    outcome = reason if len(reason) < 60 else f"{reason[:57]}..."
    used = [run.get("wall_s"), run.get("memory_mb")]
    commit = (run.get("commit") or "")[:8]
    marks = {"accepted": run["id"] == accepted, "a try": run.get("exploratory"), "dirty": not run.get("committed", 1)}
    mark = f"replay of {run['replay_of']}" if run.get("replay_of") else ", ".join(filter(marks.get, marks))
    return [run["id"], run["status"], outcome, score, *used, run.get("started", "")[:19], commit, mark]


def folder_of(root: Path, run_id: str, command: str = "runs") -> Path:
    """Return the folder of a run by its id, its beginning or "latest"; for `harness runs` also that of ``results``."""
    if run_id == "latest":
        return newest(root, finished=True)
    ids = sorted(folder.name for folder in (root / "runs").glob("[!.]*/"))
    if run_id in ids or len(begun := [name for name in ids if run_id and name.startswith(run_id)]) == 1:
        return root / "runs" / (run_id if run_id in ids else begun[0])
    if run_id == "results" and command == "runs":
        return root / "results"
    near = difflib.get_close_matches(run_id, ids) or ids[-5:] or ["none yet: make run first"]
    raise StudyError(refusal(command, "ID", run_id, "a run in runs/", near))


def newest(root: Path, finished: bool = False) -> Path:
    """Return the folder of the newest run, or of the newest that came to its end, and is neither replay nor try."""
    for run in record.runs(root):
        if record.is_whole(run) or not finished:
            return root / "runs" / run["id"]
    missing = "none has come to its end yet, tries and replays aside" if finished else "there is none yet"
    raise StudyError(f"runs: {missing}: make run")


def show(folder: Path) -> str:
    """Write what a person wants to know of one run: how it ended, the facts of its record, its stages, its files."""
    run = record.read(folder)
    facts = {key: value for key, value in run.items() if isinstance(value, str | int | float)}
    facts["uncommitted"] = ", ".join(run["uncommitted"])
    facts["files"] = ", ".join(f"{path.name} ({path.stat().st_size})" for path in sorted(folder.iterdir()))
    header = ("name", "wall_s", "cpu_s", "memory_mb", "writes", "reads")
    stages = [stage | {key: ", ".join(stage[key]) for key in ("writes", "reads")} for stage in run["stages"]]
    stage_table = aligned(*header, rows=[[stage[key] for key in header] for stage in stages])
    unfinished = f"{run['status']}: {run.get('error') or run.get('progress') or 'it goes on'}"
    outcome = words.sentence(run) if run["status"] == "finished" else unfinished
    return "\n\n".join([outcome, aligned("", "", rows=facts.items()).lstrip(), stage_table])


def facts_by_part(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Sort what can differ between two runs into PARTS."""
    parts: dict[str, Any] = {part: {key: run.get(key) for key in keys} for part, keys in PARTS.items()}
    parts["environment"]["thread_pools"] = sorted(run["thread_pools"], key=str)  # they come in any order
    parts["code"] |= {name: digest for name, digest in run["sources"].items() if is_code(name)}
    parts["data"] |= {name: digest for name, digest in run["sources"].items() if name.startswith("data/")}
    if run["status"] == "finished":
        for name, scale in scales.scales(run).items():
            parts["result"][f"candidate, {scale.title}"] = words.interval_text(scale.turned(scores(run).get(name)))
        difference = scales.primary(run).turned(words.main_comparison(run))
        parts["result"]["candidate - rival"] = words.difference_text(difference)
    return parts


def compare(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Write, part by part, what differs between two records."""
    then, now = facts_by_part(old), facts_by_part(new)
    lines = ["nothing differs but when and where they ran"] if then == now else []
    for part in PARTS:
        rows = [(key, *map(short, values)) for key, *values in differences(then[part], now[part])]
        lines.append(aligned(part, old["id"], new["id"], rows=rows) if rows else f"{part}: nothing differs")
    return "\n\n".join(lines)


def short(value: object) -> str:
    """Write a value in few characters; of a hash twelve tell it from any other."""
    return str(value)[: 12 if re.fullmatch("[0-9a-f]{64}", str(value)) else 60]
