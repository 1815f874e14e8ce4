"""Figures as SVG text: shapes, hatches and line styles tell things apart, so that grey print loses nothing."""

import functools
import io
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure

WIDTH = 4.8  # inches: on a telephone it shrinks by a quarter, and 10 points stay readable
STYLE: Any = {
    "font.size": 10,
    "svg.fonttype": "none",  # text stays text: it can be searched, and the browser has every script's letters
    "text.parse_math": False,  # a dollar in a name is a dollar
    "axes.spines.top": False,
    "axes.spines.right": False,
}
INK, SOFT, PALE = "#1b4965", "#777777", "#e4e9ed"
MOST = 8  # small figures beside each other; the tables tell the rest


class Drawing(str):
    """A figure as SVG text, which can be saved as PDF, too."""

    save: Callable[[Any], None]  # into a file, as PDF


def drawn(draw: Callable[..., None]) -> Callable[..., Drawing]:
    """Turn a function that draws on a figure into one that returns a drawing, the same text for the same arguments."""

    @functools.wraps(draw)
    def text(*arguments: Any) -> Drawing:
        figure, style = Figure(layout="constrained"), STYLE | {"svg.hashsalt": draw.__name__}
        with matplotlib.rc_context(style):
            draw(figure, *arguments)

        def save(file: Any, form: str = "pdf") -> None:
            with matplotlib.rc_context(style):
                figure.savefig(file, format=form, metadata={"Date" if form == "svg" else "CreationDate": None})

        written = io.StringIO()
        save(written, "svg")
        figure.set_layout_engine("none")  # where things lie now: another round would move them a little
        svg = re.sub(r"<metadata>.*?</metadata>", "", written.getvalue(), flags=re.DOTALL)
        svg = re.sub(r' id="[A-Za-z0-9]+_\d+"', "", svg)  # nothing refers to them; on a page they would be there twice
        drawing = Drawing(svg[svg.index("<svg") :])
        drawing.save = save
        return drawing

    return text


def panels(figure: Figure, titles: Iterable[str], alike: bool = True) -> Iterator[Axes]:
    """Yield an axes for each of the first titles, two in a row, ``alike``: all with the same scale upwards."""
    shown = [short(title) for title in titles][:MOST]
    rows = math.ceil(len(shown) / 2)
    figure.set_size_inches(WIDTH, 2.1 * rows if len(shown) > 1 else 3.2)
    grid = figure.subplots(rows, min(2, len(shown)), sharey=alike, squeeze=False).ravel()
    for spare in grid[len(shown) :]:
        spare.set_visible(False)
    for axes, title in zip(grid, shown, strict=False):
        axes.set_title(title, fontsize=10)
        yield axes


def bars(figure: Figure, names: list[str], label: str) -> Axes:
    """Return an axes with a line for each name, the first on top, and a label below it, which may be wider."""
    figure.set_size_inches(WIDTH, 0.32 * len(names) + 0.8)
    axes = figure.subplots()
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.locator_params(axis="x", nbins=5)
    figure.supxlabel(label, fontsize=10)
    return axes


def short(name: str, width: int = 30) -> str:
    """Cut a name that would push the figure aside."""
    return name if len(name) <= width else f"{name[: width - 3]}..."


@drawn
def verdict(figure: Figure, estimate: dict[str, Any], margin: float, label: str, left: str, right: str) -> None:
    """Draw the difference that the verdict rests on, where it is too small to matter, and who is ahead on each side."""
    figure.set_size_inches(WIDTH, 1.75)
    axes = figure.subplots()
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    reach = 1.15 * max(abs(bound) for bound in (value, low or 0, high or 0, 1.6 * margin))
    axes.axvspan(-margin, margin, facecolor=PALE, edgecolor=SOFT, linestyle="--")
    axes.axvline(0, color=SOFT, linewidth=0.8)
    if low is not None:
        axes.plot([low, high], [0, 0], color=INK, linewidth=3, solid_capstyle="butt")
    axes.plot(value, 0, "D", color=INK, markersize=8)
    axes.set(xlim=(-reach, reach), ylim=(-1, 1), yticks=[], xlabel=label)
    axes.locator_params(axis="x", nbins=5)
    axes.spines["left"].set_visible(False)
    above = axes.get_xaxis_transform()
    axes.text(0, 1.22, "too small to matter", transform=above, ha="center")
    axes.text(-reach, 1.02, f"{short(left, 22)} ahead", transform=above, ha="left")
    axes.text(reach, 1.02, f"{short(right, 22)} ahead", transform=above, ha="right")


@drawn
def intervals(figure: Figure, rows: list[dict[str, Any]], label: str, lines: Iterable[float] = ()) -> None:
    """Draw values with their intervals, each a dict of ``name``, ``value``, ``low``, ``high``, and dashed lines."""
    axes = bars(figure, [row["name"] for row in rows], label)
    table = pd.DataFrame(rows)[["value", "low", "high"]].astype(float)
    known = table.dropna(subset="low")
    axes.hlines(known.index, known["low"], known["high"], color=INK, linewidth=2)
    axes.plot(table["value"], table.index, "o", color=INK)
    for place in lines:
        axes.axvline(place, color=SOFT, linestyle="--", linewidth=1)


@drawn
def budget(figure: Figure, terms: dict[str, Any], label: str) -> None:
    """Draw the terms of an error budget as bars, hatched where a term is in the statistical one already."""
    rows = [(row["name"], row["uncertainty"], row["counted"] != "systematic") for row in terms["rows"]]
    rows += [(name, terms[name], False) for name in ("statistical", "systematic", "total")]
    axes = bars(figure, [name for name, *_ in rows], f"uncertainty of {label}")
    for height, (name, size, inside) in enumerate(rows):
        fill: dict[str, Any] = {"facecolor": "white", "edgecolor": SOFT, "hatch": "////"} if inside else {"color": INK}
        axes.barh(height, size or 0, height=0.6 if name != "total" else 0.75, **fill)
    axes.axhline(len(rows) - 3.5, color=SOFT, linewidth=0.8)


@drawn
def dependence(figure: Figure, curves: dict[str, dict[str, Any]], output: str) -> None:
    """Draw what the model says when one feature is set: single rows pale, their mean strong."""
    for axes, curve in zip(panels(figure, curves), curves.values(), strict=False):
        names = isinstance(curve["grid"][0], str)
        places = range(len(curve["grid"])) if names else curve["grid"]
        axes.plot(places, np.transpose(curve["ice"]), color="#b8c0c6", linewidth=0.6)
        axes.plot(places, curve["mean"], "o-" if names else "-", color=INK, linewidth=2.5)
        if names:
            axes.set_xticks(places, [short(name, 10) for name in curve["grid"]], rotation=20)
        else:
            axes.locator_params(axis="x", nbins=4)
    figure.supylabel(output, fontsize=10)


@drawn
def occlusion(figure: Figure, columns: list[dict[str, Any]], output: str) -> None:
    """Draw by how much an output changes without a part of an image, darker for more, or of a signal."""
    for axes, column in zip(panels(figure, [one["feature"] for one in columns], False), columns, strict=False):
        change, edges = np.array(column["change"]), [np.cumsum([0, *sizes]) for sizes in column["sizes"]]
        if len(edges) == 1:
            axes.stairs(change[0], edges[0], color=INK, linewidth=2)
            axes.set_ylim(bottom=0)
            continue
        axes.pcolormesh(edges[1], edges[0], change, cmap="Greys", vmin=0)
        axes.set(aspect="equal", ylim=(edges[0][-1], 0), xlabel=f"black: {change.max():.2g}")
    figure.supylabel(f"change of the {output}", fontsize=10)


@drawn
def confusion(figure: Figure, table: dict[str, Any]) -> None:
    """Draw counts of truth against prediction, shaded by the share of the true class."""
    counts, classes = np.array(table["counts"]), [short(name, 14) for name in table["classes"]]
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    figure.set_size_inches(WIDTH, min(4.8, 1.4 + 0.5 * len(classes)))
    axes = figure.subplots()
    axes.pcolormesh(shares, cmap="Greys", vmin=0, vmax=1.2)
    for (down, across), count in np.ndenumerate(counts):
        ink = "white" if shares[down, across] > 0.6 else "black"
        axes.text(across + 0.5, down + 0.5, count, ha="center", va="center", color=ink)
    middles = np.arange(len(classes)) + 0.5
    axes.set_xticks(middles, classes, rotation=0 if len(classes) < 4 else 30)
    axes.set_yticks(middles, classes)
    axes.set(xlabel="predicted", ylabel="truth", ylim=(len(classes), 0))


@drawn
def truth(figure: Figure, points: list[list[float]]) -> None:
    """Draw the truth over the prediction, both by one scale."""
    figure.set_size_inches(WIDTH, 3.6)
    axes, (predicted, residual) = figure.subplots(), np.transpose(points)
    ends = [min(predicted.min(), (predicted + residual).min()), max(predicted.max(), (predicted + residual).max())]
    axes.plot(ends, ends, color=SOFT, linestyle="--", linewidth=1)
    axes.plot(predicted, predicted + residual, "o", color=INK, markersize=4, markerfacecolor="none")
    axes.set(xlabel="prediction", ylabel="truth", aspect="equal")


@drawn
def residuals(figure: Figure, points: list[list[float]]) -> None:
    """Draw truth minus prediction over the prediction."""
    figure.set_size_inches(WIDTH, 3)
    axes = figure.subplots()
    axes.axhline(0, color=SOFT, linestyle="--", linewidth=1)
    axes.plot(*np.transpose(points), "o", color=INK, markersize=4, markerfacecolor="none")
    axes.set(xlabel="prediction", ylabel="truth - prediction")


@drawn
def calibration(figure: Figure, classes: list[dict[str, Any]]) -> None:
    """Draw how often each class happened, with its interval, over the probability that was told."""
    for axes, numbers in zip(panels(figure, [numbers["class"] for numbers in classes]), classes, strict=False):
        bins = pd.DataFrame(numbers["bins"])
        axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
        axes.vlines(bins["said"], bins["low"], bins["high"], color=INK, linewidth=1)
        axes.plot(bins["said"], bins["share"], "o-", color=INK)
    figure.supxlabel("probability that the model told", fontsize=10)
    figure.supylabel("share in which it was so", fontsize=10)


@drawn
def learning(figure: Figure, curve: list[dict[str, Any]], metric: str) -> None:
    """Draw the score by the number of training rows, mean and standard deviation over folds."""
    figure.set_size_inches(WIDTH, 2.6)
    axes, table = figure.subplots(), pd.DataFrame(curve).astype({"sd": float}).fillna({"sd": 0})
    axes.errorbar(table["rows"], table["mean"], table["sd"], fmt="o-", color=INK, capsize=4)
    axes.set(xlabel="training rows", ylabel=metric)
    axes.set_xlim(left=0)


@drawn
def curves(figure: Figure, folds: list[dict[str, list[float | None]]]) -> None:
    """Draw the curves of a training over its epochs: a thin line for each fold, a thick one for their mean."""
    figure.set_size_inches(WIDTH, 2.6)
    axes = figure.subplots()
    for style, name in zip(itertools.cycle(("-", "--", ":")), folds[0], strict=False):
        lines = [pd.Series(fold[name], dtype=float) for fold in folds if name in fold]
        for line in lines:
            axes.plot(range(1, len(line) + 1), line, style, color=SOFT, linewidth=0.6)
        table = pd.DataFrame(lines)
        axes.plot(range(1, table.shape[1] + 1), table.mean(), style, color=INK, linewidth=2, label=name)
    axes.set(xlabel="epoch")
    axes.legend(frameon=False)


@drawn
def trend(figure: Figure, runs: list[tuple[dict[str, Any], dict[str, Any]]], label: str) -> None:
    """Draw the estimate of each run over the time of its start; a point leads to the run's report."""
    figure.set_size_inches(1.5 * WIDTH, 2)
    axes, table = figure.subplots(), pd.DataFrame([estimate for _, estimate in runs])
    times: Any = [datetime.fromisoformat(run["started"]) for run, _ in runs]
    axes.vlines(times, table["low"].astype(float), table["high"].astype(float), color=SOFT, linewidth=1)
    axes.scatter(times, table["value"], s=20, color=INK, zorder=2, urls=[f"{run['id']}/report.html" for run, _ in runs])
    axes.set_ylabel(label)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))
