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
    "supported": "Yes: {candidate} scores {higher} than {rival}, by more than {margin}.",
    "equivalent": "No difference that matters: if {candidate} and {rival} differ, it is by less than {margin}.",
    "not supported": "No: if {candidate} scores {higher} than {rival} at all, it is by less than {margin}.",
    "no conclusion": "Open: this run does not tell whether {candidate} scores {higher} than {rival} by {margin}.",
}


def typed(text: str) -> str:
    """
    Write the commands in a message as they are typed here: by their place in .venv, if that environment runs.

    Messages hold commands between backticks, without their place: `harness run`, `pytest`.
    """
    scripts = os.path.relpath(Path(sys.executable).parent)
    place = "" if scripts.startswith("..") else f"{Path(scripts).as_posix()}/"
    return re.sub(r"`(?=(harness|pytest)[ `])", f"`{place}", text)


def decimals(width: float | None) -> int:
    """
    Tell how many decimals are worth printing of a number whose interval is so wide.

    Examples
    --------
    >>> decimals(0.03), decimals(250.0), decimals(None)
    (4, 0, 4)
    """
    return max(0, 2 - math.floor(math.log10(width))) if width else 4


def interval_text(estimate: dict[str, Any] | None, sign: str = "") -> str:
    """
    Write a value with its interval.

    Examples
    --------
    >>> interval_text({"value": 0.912345, "low": 0.9, "high": 0.93})
    '0.9123 [0.9000, 0.9300]'
    >>> interval_text({"value": 0.5, "low": None, "high": None}), interval_text(None)
    ('0.5000 [no interval]', 'undefined')
    >>> interval_text({"value": 0.0123, "low": -0.01, "high": 0.034}, "+")
    '+0.0123 [-0.0100, +0.0340]'
    """
    if estimate is None or estimate["value"] is None:
        return "undefined"
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    if low is None:
        return f"{value:{sign}.4f} [no interval]"
    places = decimals(high - low)
    return f"{value:{sign}.{places}f} [{low:{sign}.{places}f}, {high:{sign}.{places}f}]"


def difference_text(estimate: dict[str, Any] | None) -> str:
    """Write a difference with its interval."""
    return interval_text(estimate, "+")


def spread_text(value: float | None, *spreads: float | None) -> str:
    """
    Write a value with its spreads.

    Examples
    --------
    >>> spread_text(0.5, 0.01) == "0.5000 \u00b1 0.0100", spread_text(0.5, None) == "0.5000 \u00b1 unknown"
    (True, True)
    """
    places = decimals(2 * max((one for one in spreads if one), default=0))
    told = ["unknown" if one is None else f"{one:.{places}f}" for one in (value, *spreads)]
    return " \u00b1 ".join(told)


def number_text(value: float | None, sign: str = "") -> str:
    """
    Write a number that is itself an uncertainty, or stands beside one, with three digits.

    Examples
    --------
    >>> number_text(0.012345), number_text(1234.5), number_text(0.0, "+"), number_text(None)
    ('0.0123', '1234', '+0', 'none')
    """
    if value is None:
        return "none"
    places = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:{sign}.{places}f}" if places < 8 else f"{value:{sign}.1e}"


def percent(share: float) -> str:
    """
    Write a share in percent.

    Examples
    --------
    >>> percent(0.95) == "95\u00a0%", percent(0.9991) == "99.9\u00a0%"
    (True, True)
    """
    return f"{round(100 * share, 1):g}\u00a0%"


def p_text(p_value: float | None) -> str:
    """
    Write a p-value.

    Examples
    --------
    >>> p_text(0.0421), p_text(1e-9), p_text(None)
    ('0.042', '< 0.001', 'not tested')
    """
    return "not tested" if p_value is None else "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def main_comparison(run: dict[str, Any], other: str = "rival") -> dict[str, Any]:
    """Return the comparison that the verdict is about, or that with another role."""
    return next(one for one in run["comparisons"] if (one["kind"], one["name"]) == ("role", other))


def sentence(run: dict[str, Any]) -> str:
    """State the verdict in one line, with its interval."""
    question, models = run["plan"]["question"], run["plan"]["models"]
    difference, level = difference_text(main_comparison(run)), 100 - 100 * question["alpha"]
    return (
        f"{run['verdict']}: {models['candidate']} - {models['rival']} = {difference} {question['metric']} "
        f"({level:g}% interval), margin {question['margin']:g}: {run['reason']}"
    )


def meaning(run: dict[str, Any]) -> str:
    """Say the verdict to whom has read nothing else."""
    question, models = run["plan"]["question"], run["plan"]["models"]
    words = {"higher": "higher" if question["direction"] == "better" else "lower", "margin": f"{question['margin']:g}"}
    if run["verdict"] not in MEANING:
        raise StudyError(f"run.json: verdict: {run['verdict']!r} is none: {', '.join(MEANING)}; accept the run again")
    return MEANING[run["verdict"]].format(candidate=models["candidate"], rival=models["rival"], **words)


def ratio_text(budget: dict[str, Any], draws: int) -> str:
    """
    Say what it means that all nuisances together move the score so much, against each alone added in quadrature.

    Notes
    -----
    The standard deviation of n draws is itself uncertain by 1 / sqrt(2 (n - 1)), a ratio of two by sqrt(2) times that.

    Examples
    --------
    >>> ratio_text({"ratio": 0.9}, 5)
    'as much as if they did not depend on each other, as far as 5 draws can tell'
    >>> ratio_text({"ratio": 3.0}, 5)
    'more than if they did not depend on each other: they add to one another, and the budget is too small'
    """
    ratio = budget["ratio"]
    if ratio is None:
        return "nothing to compare: the nuisances move nothing"
    if abs(ratio - 1) <= 1 / math.sqrt(draws - 1):
        return f"as much as if they did not depend on each other, as far as {draws} draws can tell"
    if ratio > 1:
        return "more than if they did not depend on each other: they add to one another, and the budget is too small"
    return "less than if they did not depend on each other: they overlap or cancel, and the budget is on the safe side"


def print_table(*header: str, rows: Iterable[Iterable[object]]) -> None:
    """Print a table; a row that tells of a failure is red."""
    shown = Table(*header, box=box.SIMPLE)
    for row in rows:
        cells = [f"{cell:.1e}" if isinstance(cell, float) else str(cell) for cell in row]
        shown.add_row(*cells, style="bold red" if "failed" in cells else None)
    Console(markup=False).print(shown)
