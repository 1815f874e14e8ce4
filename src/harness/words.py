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
from harness.scales import ENDS, Scale, primary

MEANING = {  # of the verdicts, for whom has read nothing else
    "supported": "Yes. Supported: {ours} is {further} than {theirs} by more than {margin}.",
    "equivalent": "No. Equivalent: {ours} and {theirs} differ by less than {margin}.",
    "not supported": "No. Not supported: if {ours} is {further} than {theirs} at all, it is by less than {margin}.",
    "no conclusion": "Open. No conclusion: it is open whether {ours} is {further} than {theirs} by {margin}.",
}
WIDE = 160  # columns of a table that is written to a file, where nothing has to be cut


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


def headline(run: dict[str, Any]) -> str:
    """Say how the candidate compares: "MAE lower by 0.68 mpg (2.10 against 2.78)", and the interval of that."""
    scale, metric, roles = primary(run), run["metrics"][0], run["estimates"]["role"]
    difference = scale.turned(main_comparison(run))
    value, low, high = (difference[end] for end in ENDS)
    places = decimals(None if low is None else high - low)
    size = scale.measured(f"{abs(value):.{places}f}")
    ours, theirs = (f"{scale.turned(roles[role][metric]['value']):.{places}f}" for role in ("candidate", "rival"))
    level = f"{100 - 100 * run['plan']['question']['alpha']:g}%"
    interval = "" if low is None else f"[{low:+.{places}f}, {high:+.{places}f}]"
    known = f"{level} interval of the difference {interval}" if interval else "no interval"
    return f"{scale.label} {'lower' if value < 0 else 'higher'} by {size} ({ours} against {theirs}), {known}"


def margin_text(run: dict[str, Any]) -> str:
    """Write the smallest difference that matters, with its unit."""
    return primary(run).measured(f"{run['plan']['question']['margin']:g}")


def sentence(run: dict[str, Any]) -> str:
    """State the verdict in one line, with its interval."""
    models = run["plan"]["models"]
    stamp = "exploratory, " if run.get("exploratory") else ""
    compared = f"{models['candidate']} against {models['rival']}: {headline(run)}"
    return f"{stamp}{run['verdict']}: {compared}, margin {margin_text(run)}: {run['reason']}"


def tried(run: dict[str, Any]) -> str:
    """
    Say how many settings candidate and rival tried in a fit, if one was searched; else nothing.

    Examples
    --------
    >>> plan = {"models": {"candidate": "forest", "rival": "line"}}
    >>> tried({"plan": plan, "tried": {"candidate": 40, "rival": 1}})
    'Settings tried in each fit: forest 40, line 1.'
    """
    numbers = {role: run.get("tried", {}).get(role, 1) for role in ("candidate", "rival")}
    if max(numbers.values()) == 1:
        return ""
    pairs = ", ".join(f"{run['plan']['models'][role]} {number}" for role, number in numbers.items())
    return f"Settings tried in each fit: {pairs}."


def meaning(run: dict[str, Any]) -> str:
    """Say the verdict to whom has read nothing else."""
    scale, plan = primary(run), run["plan"]
    if run["verdict"] not in MEANING:
        raise StudyError(f"run.json: verdict: {run['verdict']!r} is none: {', '.join(MEANING)}; accept the run again")
    further = scale.better if plan["question"]["direction"] == "better" else scale.worse
    ours, theirs = f"the {scale.label} of {plan['models']['candidate']}", f"that of {plan['models']['rival']}"
    return MEANING[run["verdict"]].format(ours=ours, theirs=theirs, further=further, margin=margin_text(run))


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


def ratio_texts(budgets: Iterable[dict[str, Any]], draws: int, scales: dict[str, Scale]) -> dict[str, list[str]]:
    """Group the labels of metrics by their `ratio_text`."""
    texts: dict[str, list[str]] = {}
    for budget in budgets:
        texts.setdefault(ratio_text(budget, draws), []).append(scales[budget["metric"]].label)
    return texts


def print_table(*header: str, rows: Iterable[Iterable[object]]) -> None:
    """Print a table; a row that tells of a failure is red."""
    shown = Table(*header, box=box.SIMPLE)
    for row in rows:
        cells = [f"{cell:.1e}" if isinstance(cell, float) else str(cell) for cell in row]
        shown.add_row(*cells, style="bold red" if "failed" in cells else None)
    Console(markup=False, width=None if sys.stdout.isatty() else WIDE).print(shown)
