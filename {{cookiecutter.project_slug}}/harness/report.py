"""What is shown: the report of a run as one HTML page, and the numbers of the model card."""

import io
from pathlib import Path

import jinja2
import matplotlib
import pandas as pd

from . import StudyError, record, verdict

BEGIN, END = "<!-- numbers: begin (made by the harness) -->", "<!-- numbers: end -->"
# Curly brackets would be filled in by the engine that renders this repository.
SYNTAX = {"variable_start": "[[", "variable_end": "]]", "block_start": "[%", "block_end": "%]"}


def difference_text(estimate):
    """
    Write a difference with its interval.

    Examples
    --------
    >>> difference_text({"value": 0.0123, "low": -0.01, "high": 0.034})
    '+0.0123 [-0.0100, +0.0340]'
    """
    bounds = "[no interval]" if estimate["low"] is None else f"[{estimate['low']:+.4f}, {estimate['high']:+.4f}]"
    return f"{estimate['value']:+.4f} {bounds}"


def spread_text(value, spread):
    """
    Write a value with its spread.

    Examples
    --------
    >>> spread_text(0.5, 0.1) == "0.5000 \u00b1 0.1000", spread_text(0.5, None) == "0.5000 \u00b1 unknown"
    (True, True)
    """
    return f"{value:.4f} \u00b1 {'unknown' if pd.isna(spread) else f'{spread:.4f}'}"


def sentence(run):
    """State the verdict in one line, with its interval."""
    question, models = run["plan"]["question"], run["plan"]["models"]
    rival = next(one for one in run["comparisons"] if (one["kind"], one["name"]) == ("role", "rival"))
    return (
        f"{run['verdict']}: {models['candidate']} - {models['rival']} = {difference_text(rival)} {question['metric']} "
        f"({verdict.CONFIDENCE:.0%} interval), margin {question['margin']}: {run['reason']}"
    )


def plot(run):
    """Draw the differences from the candidate with their intervals, and the margin, as SVG text."""
    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    shown = [one for one in reversed(run["comparisons"]) if one["low"] is not None]
    text = io.StringIO()
    with plt.rc_context({"svg.hashsalt": run["id"], "font.size": 9}):
        figure, axes = plt.subplots(figsize=(7, 0.45 * len(shown) + 1), layout="constrained")
        for row, one in enumerate(shown):
            axes.plot([one["low"], one["high"]], [row, row], color="#30638e", linewidth=2)
            axes.plot(one["value"], row, "o", color="#30638e")
        axes.axvline(0, color="#888888", linewidth=0.8)
        axes.axvline(run["plan"]["question"]["margin"], color="#d1495b", linestyle="--", label="margin")
        axes.set_yticks(range(len(shown)), [one["name"].replace("_", " ") for one in shown])
        axes.set_xlabel(f"candidate minus the named one, {run['plan']['question']['metric']}")
        axes.legend(loc="lower right")
        figure.savefig(text, format="svg", metadata={"Date": None})
        plt.close(figure)
    return text.getvalue().partition("<!DOCTYPE")[2].partition(">")[2]


def render(template, folder, **more):
    """Fill a template of this folder with a finished run."""
    run = record.read_finished(folder)
    shown = record.read_scores(folder).query("kind != 'restart'")
    scores = shown.groupby(["kind", "name"], sort=False)[run["metrics"]]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        **{f"{name}_string": mark for name, mark in SYNTAX.items()},
    )
    environment.filters |= {"difference": difference_text, "spread": spread_text}
    importance = pd.read_csv(folder / "importance.csv", index_col="feature")
    more |= {"run": run, "metrics": run["metrics"], "sentence": sentence(run), "importance": importance}
    return environment.get_template(template).render(more, mean=scores.mean(), std=scores.std())


def write_report(folder):
    """Write report.html into a run's folder; return its path."""
    page = render("report.html", folder, plot=plot(record.read_finished(folder)))
    record.write_text(folder / "report.html", page)
    return folder / "report.html"


def card_parts(path):
    """Split the model card into what stands before, between and after the marks."""
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    between, end, after = rest.partition(END)
    if not end or BEGIN in rest or END in after:
        raise StudyError(f"{path.name}: it needs the line {BEGIN!r} and, later, the line {END!r}, once each")
    return before, between, after


def write_card(path, folder):
    """Write the numbers of a run into the model card; every other sentence stays as it is."""
    before, _, after = card_parts(path)
    record.write_text(path, f"{before}{BEGIN}\n{render('card.md', folder)}{END}{after}")
