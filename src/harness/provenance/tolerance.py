"""Tolerance: how close a repetition has to come, decided by what differs in its circumstances, never by its numbers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from harness import words
from harness.files import LOCK, PLAN
from harness.plan.sections import Replay
from harness.provenance import runs

FITS = ["kind", "name", "repeat", "seed", "fold"]  # which fit a row of scores.csv is about
COUNTS = ["n_train", "n_test", "features_in", "features_out", "trials"]
NO_RESULTS = ["fit_s", "score_s", "diagnostics", "machine", "variant"]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
TORCH = ("version", "devices", "cuda", "cudnn")
STATUSES = {"identical": 0, "within tolerance": 3, "outside": 4, "not comparable": 5}  # -> exit code, best first
UNKNOWN = "nothing that is recorded differs: something in the study is not determined by its seed"


class NotComparable(Exception):
    """The two runs did not do the same; the message says why."""


class Row(NamedTuple):
    """How one kind of number came out again."""

    metric: str
    numbers: int
    tier: str
    tolerance: str
    status: str
    difference: float  # the largest


def threads(run: dict[str, Any]) -> dict[str, Any]:
    """Return the pools of threads of BLAS and OpenMP, and the variables that set their size."""
    pools = [" ".join(map(str, pool.values())) for pool in run["thread_pools"]]
    return {"pools": sorted(pools)} | {name: run["variables"].get(name) for name in THREADS}


# What may differ, in the order in which it explains a difference; the tier that it asks for; its part of the record.
CIRCUMSTANCES = [
    ("data", 4, lambda run: {name: digest for name, digest in run["sources"].items() if name.startswith("data/raw/")}),
    ("code", 4, lambda run: {name: digest for name, digest in run["sources"].items() if runs.is_code(name)}),
    ("seed", 4, lambda run: {"evaluation.seed": run["plan"]["evaluation"]["seed"]}),
    ("lock", 3, lambda run: {LOCK: run["lock_sha256"]}),
    ("packages", 3, lambda run: run["packages"]),
    ("Python", 2, lambda run: {"Python": run["python"]}),
    ("processor", 2, lambda run: {"processor": run["processor"]}),
    ("operating system", 2, lambda run: {"system": run["platform"]}),
    ("accelerators", 3, lambda run: {"accelerators": run["accelerators"]}),
    ("devices of PyTorch", 3, lambda run: {name: run.get("torch", {}).get(name) for name in TORCH[1:]}),
    ("settings of PyTorch", 2, lambda run: {k: v for k, v in run.get("torch", {}).items() if k not in TORCH}),
    ("threads", 2, threads),
    ("variables", 1, lambda run: {name: value for name, value in run["variables"].items() if name not in THREADS}),
]


def changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for each entry in which two tables differ; of a hash only that it does."""
    for name, then, now in runs.differences(old, new):
        yield f"{name} differs" if 64 in (len(str(then)), len(str(now))) else f"{name} {then} -> {now}"


def differing(old: dict[str, Any], new: dict[str, Any]) -> tuple[int, list[str]]:
    """
    Return the tier that two runs' circumstances ask for, 1 to 4, and what differs, what explains most first.

    Raise NotComparable if their plans differ in more than the seed.
    """
    free = ("evaluation.seed", "replay.rtol", "replay.sigmas")  # tolerances are those of the old plan
    plans = [{key: value for key, value in runs.flat(run["plan"]).items() if key not in free} for run in (old, new)]
    if changed := list(changes(*plans)):
        raise NotComparable(f"another plan: {PLAN}: {'; '.join(changed[:3])}")
    highest, shown = 1, []
    for what, tier, part in CIRCUMSTANCES:
        if lines := list(changes(part(old), part(new))):
            highest = max(highest, tier)
            shown.append(f"{what}: {', '.join(lines[:5])}{' ...' if len(lines) > 5 else ''}")
    return highest, shown


def row(
    metric: str, old: ArrayLike, new: ArrayLike, tier: str, tolerance: float = 0, scale: float | None = None
) -> Row:
    """
    Compare numbers one by one; what is undefined has to be undefined again.

    Differences up to ``tolerance``, in parts of ``scale`` or of the old numbers, each for itself, count as none.
    """
    old, new = np.asarray(old, float), np.asarray(new, float)
    same = (old == new) | (np.isnan(old) & np.isnan(new))
    with np.errstate(invalid="ignore"):
        relative = np.abs(old - new) / np.maximum(np.abs(old if scale is None else scale), np.finfo(float).tiny)
    worst = float(np.where(same, 0, np.nan_to_num(relative, nan=np.inf, posinf=np.inf)).max(initial=0))
    status = "within tolerance" if tolerance and worst <= tolerance else "outside"
    text = f"{tolerance:.1e}" if tolerance else "equal"
    return Row(metric, len(old), tier, text, "identical" if same.all() else status, worst)


def score_rows(old: pd.DataFrame, new: pd.DataFrame, tier: int, rule: Replay, sigma: dict[str, float]) -> list[Row]:
    """
    Compare scores.csv of two runs: counts, then each metric; raise NotComparable if they are not of the same fits.

    ``sigma`` is, for tier 3, the standard deviation of a metric's mean score over seeds of the model.
    """
    if list(old) != list(new) or not old[FITS].equals(new[FITS]):
        raise NotComparable("the two runs did not fit the same models on the same folds")
    counts = [name for name in COUNTS if name in old]
    rows = [row("counts", old[counts].to_numpy().ravel(), new[counts].to_numpy().ravel(), "T0", scale=1.0)]
    for metric in map(str, old.columns.drop([*FITS, *counts, *NO_RESULTS], errors="ignore")):
        rows.append(row(metric, old[metric], new[metric], f"T{tier}", rule.rtol if tier == 2 else 0))
        if tier == 3 and rows[-1].status == "outside":
            rows[-1] = mean_row(metric, old, new, rule.sigmas * sigma.get(metric, 0.0))
    return rows


def mean_row(metric: str, old: pd.DataFrame, new: pd.DataFrame, spread: float) -> Row:
    """Compare the mean of a metric for each model: within one test row, or the spread over seeds if that is more."""
    if not old[metric].isna().equals(new[metric].isna()):
        return Row(metric, len(old), "T3", "equal", "outside", float("inf"))
    model = ["kind", "name"]
    tested = old.groupby([*model, "repeat", "seed"])["n_test"].sum().groupby(model).mean()
    allowed = np.maximum(1 / tested, spread)
    difference = (old.groupby(model)[metric].mean() - new.groupby(model)[metric].mean()).abs().fillna(0)
    worst: Any = (difference / allowed).idxmax()
    status = "within tolerance" if (difference <= allowed).all() else "outside"
    return Row(metric, len(difference), "T3", f"mean {allowed[worst]:.1e}", status, float(difference[worst]))


def prediction_rows(old: pd.DataFrame, new: pd.DataFrame, tier: int, rule: Replay) -> list[Row]:
    """Compare two tables of predictions: rows and labels have to be equal; numbers as scores, by their column."""
    ids = ["name", "row", "fold", *(name for name in map(str, old) if name.startswith("truth"))]
    rows = [label_row("predicted rows", old[ids], new.reindex(columns=ids))]
    if tier == 3 or list(old) != list(new) or rows[0].status == "outside":
        return rows
    numbers = old.drop(columns=ids).select_dtypes(float)
    if labels := list(old.columns.drop([*ids, *numbers])):
        rows.append(label_row("predicted labels", old[labels], new[labels]))
    for name in map(str, numbers):
        scale = float(old[name].abs().max())
        rows.append(row(name, old[name], new[name], f"T{tier}", rule.rtol if tier == 2 else 0, scale))
    return rows


def label_row(metric: str, old: pd.DataFrame, new: pd.DataFrame) -> Row:
    """Compare what has to be equal whatever differs: names, places, labels. The difference is a share of the rows."""
    share = 1.0
    if old.shape == new.shape and list(old) == list(new):
        share = float((old.map(str).to_numpy() != new.map(str).to_numpy()).any(axis=1).mean())  # NaN is one word
    return Row(metric, len(old), "T0", "equal", "outside" if share > 0 else "identical", share)


def worst_of(rows: list[Row]) -> str:
    """Return the worst status of some rows."""
    return max((row.status for row in rows), key=list(STATUSES).index)


def claim(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Say whether two runs support the same claim, which decides nothing."""
    then, now = map(words.main_comparison, (old, new))
    overlap = None not in (then["low"], now["low"]) and then["low"] <= now["high"] and now["low"] <= then["high"]
    kept = old["verdict"] == new["verdict"] and then["value"] * now["value"] >= 0 and overlap
    return (
        f"the claim {'holds' if kept else 'does not hold'}: verdict {old['verdict']}, now {new['verdict']}; candidate "
        f"minus rival {then['value']:+.4g}, now {now['value']:+.4g}; "
        f"their intervals {'overlap' if overlap else 'do not overlap'}"
    )
