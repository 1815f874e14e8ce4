"""
The ledger: each opening of the sealed test rows, by whom and why, in lines that hold the hash of the line before.

It is tamper-evident, not tamper-proof. The sealed rows lie in data/raw, where anyone can read them, and whoever can
rewrite the ledger and git's history can make both agree. What holds is what others hold: push before you unseal.
"""

import hashlib
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.progress import track

from harness import files
from harness.exceptions import StudyError
from harness.fits import fit, recorded
from harness.method import jobs, splits, statistics
from harness.method.inputs import Study
from harness.plan.metrics import weighted
from harness.study import Dataset, several

PATH = "results/ledger.jsonl"
RESAMPLES = 1000
FIRST = 64 * "0"  # what the first line has for the hash of the line before


def entries(root: Path) -> list[dict[str, Any]]:
    """
    Read the ledger; [] if the test was never opened.

    Raises
    ------
    StudyError
        Naming the first line that does not follow from the one before.
    """
    path, previous = root / PATH, FIRST
    openings: list[dict[str, Any]] = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            follows = (entry["previous"], entry["opened"]) == (previous, number)
        except (ValueError, KeyError, TypeError):
            follows = False
        if not follows:
            raise StudyError(f"{PATH}: line {number} does not follow from the lines before it: take it from git again")
        previous = hashlib.sha256(line.encode()).hexdigest()
        openings.append(entry)
    return openings


def refuse(root: Path, reason: str, again: bool) -> None:
    """Raise StudyError if the test set is open already, or unless everything is committed and there is a reason."""
    if (openings := entries(root)) and not again:
        last = openings[-1]
        opened = f"opening {last['opened']} on {last['time'][:10]}"
        raise StudyError(f"unseal: The test set is open already ({opened}). To score it once more, add --again.")
    if not files.is_committed(root):
        message = "unseal: Commit everything first, so that what was decided before the test is on record."
        raise StudyError(message + files.without_git())
    if not reason.strip():
        raise StudyError('unseal: There is no reason. Write why now into the ledger: --reason "..."')


def unseal(root: Path, study: Study, reason: str) -> dict[str, Any]:
    """Score the candidate once on the sealed rows, and return the line that this adds to results/ledger.jsonl."""
    earlier, path = entries(root), root / PATH
    text = path.read_text(encoding="utf-8") if earlier else ""
    entry = {
        "opened": len(earlier) + 1,
        "time": datetime.now(UTC).isoformat(),
        "user": files.user(),
        "commit": files.git(root, "rev-parse", "HEAD"),
        "plan_sha256": files.file_hash(root / "study" / "plan.toml"),
        "reason": reason.strip(),
        "rows": len(study.sealed.y),
        "groups": study.sealed.groups.nunique(),
        "confidence": study.plan.confidence,
        "scores": score(study),
        "previous": hashlib.sha256(text.splitlines()[-1].encode()).hexdigest() if earlier else FIRST,
    }
    path.parent.mkdir(exist_ok=True)
    files.write_text(path, text + json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n")
    return entry


def all_rows(study: Study) -> Dataset:
    """Put the development rows and, after them, the sealed ones into one Dataset."""
    parts: Any = zip(Dataset._fields, study.development, study.sealed, strict=True)
    joined = {key: pd.concat([one, other]) for key, one, other in parts if key != "gap" and one is not None}
    return study.development._replace(**joined)


def score(study: Study) -> dict[str, dict[str, Any]]:
    """
    Fit the candidate once on all development rows, and predict the sealed ones once.

    Returns
    -------
    dict of str to dict
        Metric -> ``value``, ``low``, ``high``, and ``method``, which says how the interval was made, or why there is
        none; a further metric that the candidate does not admit is left out.
    """
    plan, both, units = study.plan, all_rows(study), splits.units(study.sealed)
    kind = "stretches of time" if plan.rows.cut_once else "rows" if units.is_unique else "groups"
    job = jobs.final(study, both, test=np.arange(len(study.development.y), len(both.y)), wants="outputs")
    done = fit.do(job, both, study.scorers)
    scorers = weighted(study.scorers, both.weights)
    outputs = fit.prediction_table(job, both, done["more"]).set_index("row")
    targets = several(both.y)
    model = recorded.Recorded(outputs, [] if targets else done["more"]["classes"] or [], study.task, targets)
    scores = {}
    for metric in track([*scorers], "scoring"):
        if not np.isnan(done["row"][metric]):
            on_rows = partial(recorded.score, scorers[metric], model, study.sealed.y)
            drawn = recorded.resampled(on_rows, units, plan, "unseal", metric, resamples=RESAMPLES)
            scores[metric] = described(drawn, metric, units.nunique(), kind, plan.confidence)
    return scores


def described(drawn: dict[str, float | None], metric: str, n: int, kind: str, confidence: float) -> dict[str, Any]:
    """
    Add how an interval was made; where every resample scores the same, make an exact one instead, if there is one.

    Notes
    -----
    An accuracy of 1 has no spread to resample. Clopper and Pearson (1934) bound what it could still be, here with each
    unit as one trial.

    Examples
    --------
    >>> certain = {"value": 1.0, "low": None, "high": None}
    >>> round(described(certain, "accuracy", 101, "rows", 0.95)["low"], 5)
    0.96414
    >>> described(certain, "roc_auc", 2, "groups", 0.95)["method"]
    'no interval: all resamples of 2 groups score the same'
    """
    units = f"{n} {kind}"
    if drawn["low"] is not None:
        return drawn | {"method": f"bootstrap of {units}"}
    if metric == "accuracy" and drawn["value"] in (0, 1):
        low, high = statistics.proportion_interval(round(drawn["value"] * n), n, confidence, method="exact")
        return drawn | {"low": low, "high": high, "method": f"Clopper and Pearson, {units}"}
    return drawn | {"method": f"no interval: all resamples of {units} score the same"}
