"""Numbers and the verdict in words: no number without its uncertainty, no more digits than that allows."""

import math
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from harness.exceptions import StudyError

MEANING = {  # of the verdicts, for whom has read nothing else
    "supported": "Yes. Supported: {candidate} scores {higher} than {rival}, by more than {margin}.",
    "equivalent": "No. Equivalent: if {candidate} and {rival} differ, it is by less than {margin}.",
    "not supported": "No. Not supported: at best, {candidate} scores {higher} than {rival} by less than {margin}.",
    "no conclusion": "Open. No conclusion: {candidate} may or may not score {higher} than {rival} by {margin}.",
}
WRITTEN = {  # parts of the names of scorers
    "auc": "AUC", "corrcoef": "correlation", "d2": "D\u00b2", "f1": "F1", "jaccard": "Jaccard", "matthews": "Matthews",
    "ovo": "one-vs-one", "ovr": "one-vs-rest", "r2": "R\u00b2", "rand": "Rand", "roc": "ROC",
}  # fmt: skip


def metric_text(name: str) -> str:
    """
    Write the name of a scorer as readers know it.

    Examples
    --------
    >>> [metric_text(name) for name in ("roc_auc", "balanced_accuracy", "neg_log_loss")]
    ['ROC AUC', 'balanced accuracy', 'log loss (negated)']
    """
    parts = [WRITTEN.get(part, part) for part in name.removeprefix("neg_").split("_")]
    return " ".join(parts) + (" (negated)" if name.startswith("neg_") else "")


UNLIMITED = ("positive_likelihood_ratio", "mutual_info_score")  # all other scorers that are not negated end at 1
SHARES = (  # these begin at 0
    "accuracy", "average_precision", "balanced_accuracy", "completeness", "f1", "fowlkes", "homogeneity", "jaccard",
    "normalized_mutual", "precision", "recall", "roc_auc", "top_k", "v_measure",
)  # fmt: skip


def limits(metric: str) -> tuple[float, float]:
    """
    Return the smallest and the largest score that a metric knows.

    Examples
    --------
    >>> limits("roc_auc"), limits("r2"), limits("neg_log_loss")
    ((0.0, 1.0), (-inf, 1.0), (-inf, 0.0))
    """
    highest = 0.0 if metric.startswith("neg_") else math.inf if metric in UNLIMITED else 1.0
    return 0.0 if metric.startswith(SHARES) else -math.inf, highest


def within(estimate: dict[str, Any] | None, metric: str) -> dict[str, Any] | None:
    """Return the estimate of a score with its interval cut where no score can be, since a t interval has no limits."""
    if not estimate or estimate["low"] is None:
        return estimate
    lowest, highest = limits(metric)
    return estimate | {"low": max(lowest, estimate["low"]), "high": min(highest, estimate["high"])}


def typed(text: str) -> str:
    """Write the commands between backticks in a message as they are typed here: by their place, if .venv runs."""
    scripts = os.path.relpath(Path(sys.executable).parent)
    place = "" if scripts.startswith("..") else f"{Path(scripts).as_posix()}/"
    return re.sub(r"`(?=(harness|pytest)[ `])", f"`{place}", text)


def decimals(width: float | None) -> int:
    """Tell how many decimals are worth printing of a number whose interval is so wide: 4 for 0.03, 0 for 250."""
    return max(0, 2 - math.floor(math.log10(width))) if width else 4


def common_places(estimates: Iterable[dict[str, Any] | None]) -> int | None:
    """Return how many decimals suit a column of intervals: those of the middle one by width; None without any."""
    widths = sorted(part["high"] - part["low"] for part in estimates if part and part["low"] is not None)
    return decimals(widths[len(widths) // 2]) if widths else None


def interval_text(estimate: dict[str, Any] | None, sign: str = "", places: int | None = None) -> str:
    """Write a value with its interval: "0.9123 [0.9000, 0.9300]", with so many decimals, or as its width allows."""
    if estimate is None or estimate["value"] is None:
        return "undefined"
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if low is None:
        return f"{value:{sign}.{4 if places is None else places}f} [no interval]"
    places = decimals(high - low) if places is None else places
    return f"{value:{sign}.{places}f} [{low:{sign}.{places}f}, {high:{sign}.{places}f}]"


def difference_text(estimate: dict[str, Any] | None, places: int | None = None) -> str:
    """Write a difference with its interval."""
    return interval_text(estimate, "+", places)


def spread_text(value: float | None, *spreads: float | None) -> str:
    """Write a value with its spreads, each after a plus-minus."""
    places = decimals(2 * max(filter(None, spreads), default=0))
    return " \u00b1 ".join("unknown" if part is None else f"{part:.{places}f}" for part in (value, *spreads))


def number_text(value: float | None, sign: str = "") -> str:
    """Write a number that is itself an uncertainty, or stands beside one, with three digits."""
    if value is None:
        return "none"
    places = decimals(abs(value)) if value else 0
    return f"{value:{sign}.{places}f}" if places < 8 else f"{value:{sign}.1e}"


def percent(share: float) -> str:
    """Write a share in percent, with a space that does not break: 0.9991 is 99.9 %."""
    return f"{round(100 * share, 1):g}\u00a0%"


def p_text(p_value: float | None) -> str:
    """Write a p-value: "0.042", "< 0.001" or "not tested"."""
    if p_value is None:
        return "not tested"
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def shown_roles(run: dict[str, Any], kind: str = "role") -> dict[str, str]:
    """Return how each role is called where scores are shown; roles of one model that score alike are shown as one."""
    models, scores, shown = {"floor": ""} | run["plan"]["models"], run["estimates"][kind], {}
    for role in scores:
        same = [other for other in scores if (models[other], scores[other]) == (models[role], scores[role])]
        same.sort(key=run["plan"]["question"]["family"].__contains__)  # stable; what is confirmatory stays
        if role == same[-1]:
            shown[role] = " and ".join(reversed(same))
    return shown


def main_comparison(run: dict[str, Any], other: str = "rival") -> dict[str, Any]:
    """Return the comparison that the verdict is about, or that with another role."""
    return next(pair for pair in run["comparisons"] if (pair["kind"], pair["name"]) == ("role", other))


def sentence(run: dict[str, Any]) -> str:
    """State the verdict in one line, with its interval."""
    question, models = run["plan"]["question"], run["plan"]["models"]
    difference = f"{difference_text(main_comparison(run))} {metric_text(question['metric'])}"
    level = 100 - 100 * question["alpha"]
    stamp = "exploratory, " if run.get("exploratory") else ""
    return (
        f"{stamp}{run['verdict']}: {models['candidate']} - {models['rival']} = {difference} "
        f"({level:g}% interval), margin {question['margin']:g}: {run['reason']}"
    )


def meaning(run: dict[str, Any]) -> str:
    """Say the verdict to whom has read nothing else."""
    question, models = run["plan"]["question"], run["plan"]["models"]
    if run["verdict"] not in MEANING:
        raise StudyError(f"run.json: verdict: {run['verdict']!r} is none: {', '.join(MEANING)}; accept the run again")
    higher = "higher" if question["direction"] == "better" else "lower"
    return MEANING[run["verdict"]].format_map(models | {"higher": higher, "margin": f"{question['margin']:g}"})


def ratio_text(budget: dict[str, Any], draws: int) -> str:
    """
    Say what it means that all nuisances together move the score so much, against each alone added in quadrature.

    The standard deviation of n draws is itself uncertain by 1 / sqrt(2 (n - 1)), a ratio of two by sqrt(2) times that.
    """
    ratio = budget["ratio"]
    if ratio is None:
        return "nothing to compare: the nuisances move nothing"
    if abs(ratio - 1) <= 1 / math.sqrt(draws - 1):
        return f"as much as if they did not depend on each other, as far as {draws} draws can tell"
    if ratio > 1:
        return "more than if they did not depend on each other: they add to one another, and the budget is too small"
    return "less than if they did not depend on each other: they overlap or cancel, and the budget is on the safe side"


def ratio_texts(budgets: Iterable[dict[str, Any]], draws: int) -> dict[str, list[str]]:
    """Group metrics by their `ratio_text`."""
    texts: dict[str, list[str]] = {}
    for budget in budgets:
        texts.setdefault(ratio_text(budget, draws), []).append(metric_text(budget["metric"]))
    return texts


def print_table(*header: str, rows: Iterable[Iterable[object]]) -> None:
    """Print a table; a row that tells of a failure is red."""
    shown = Table(*header, box=box.SIMPLE)
    for row in rows:
        cells = [f"{cell:.1e}" if isinstance(cell, float) else str(cell) for cell in row]
        shown.add_row(*cells, style="bold red" if "failed" in cells else None)
    Console(markup=False).print(shown)
