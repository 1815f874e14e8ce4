"""What is shown, as HTML: the report of a run, and all runs on one page, with the trend of each primary metric."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from harness import files, scales, words
from harness.exceptions import StudyError
from harness.provenance import record, runs
from harness.report import plots, template

FIGURES = "figures"  # in a run's folder


def figures(run: dict[str, Any], explained: dict[str, Any], failed: dict[str, Any]) -> dict[str, plots.Drawing]:
    """Draw every figure that this run has something for, by name."""
    question, metric, scale = run["plan"]["question"], run["metrics"][0], scales.primary(run)
    models = {"floor": "dummy"} | run["plan"]["models"]
    named, estimates = words.shown_roles(run), run["estimates"]["role"]
    scores = [
        {"name": f"{name}: {models[role]}"} | (scale.turned(estimates[role][metric]) or {})
        for role, name in named.items()
    ]
    pairs = {kind: [pair for pair in run["comparisons"] if pair["kind"] == kind] for kind in ("role", "ablation")}
    pairs["role"] = [pair | {"name": named[pair["name"]]} for pair in pairs["role"] if pair["name"] in named]
    subgroups = [
        scale.turned(part) | {"name": f"{part['column']} {part['part']}".strip()} for part in failed["subgroups"]
    ]
    whole = subgroups[0]["value"]
    losses = [
        {"name": row["feature"], "value": row["mean"], "low": row["mean"] - row["sd"], "high": row["mean"] + row["sd"]}
        for row in [*explained["features"], *explained["together"]]
    ]
    main, ahead = scale.turned(words.main_comparison(run)), [models["rival"], models["candidate"]][:: scale.sign]
    learning = [point | {"mean": scale.turned(point["mean"])} for point in failed["learning"]]
    drawn = {
        "verdict": plots.verdict(main, question["margin"], f"difference in {scale.title}", *ahead),
        "scores": plots.intervals(scores, scale.title),
        "differences": plots.intervals(list(map(scale.turned, pairs["role"])), f"difference in {scale.title}", [0]),
        "budget": plots.budget(run["budget"][0], scale.title),
        "importance": plots.intervals(losses, scale.loss, [explained["level"]]),
        "learning": plots.learning(learning, scale.title),
        "subgroups": plots.intervals(subgroups, scale.title, [] if whole is None else [whole]),
    }
    curves = {row["feature"]: explained["dependence"].get(row["feature"]) for row in explained["features"]}
    if curves := {name: curve for name, curve in curves.items() if curve and curve["grid"]}:  # most important first
        drawn["dependence"] = plots.dependence(curves, explained["output"])
    if images := [one for one in explained["occlusion"] if "change" in one]:
        drawn["occlusion"] = plots.occlusion(images, explained["output"])
    if folds := [one["curves"] for one in failed.get("curves", []) if one["name"] == "candidate"]:
        drawn["curves"] = plots.curves(folds)
    if run.get("variants"):
        alone = [scale.turned(one[metric]) | {"name": name} for name, one in run["estimates"]["variant"].items()]
        drawn["variants"] = plots.intervals(alone, scale.title)
    if pairs["ablation"]:
        drawn["ablations"] = plots.intervals(pairs["ablation"], scale.loss, [0])
    if "targets" in failed:
        return drawn
    if run["task"] == "regression":
        drawn["truth"] = plots.truth(failed["residuals"]["points"])
        drawn["residuals"] = plots.residuals(failed["residuals"]["points"])
    else:
        drawn["confusion"] = plots.confusion(failed["confusion"])
        if failed["calibration"]["classes"]:
            drawn["calibration"] = plots.calibration(failed["calibration"]["classes"])
    return drawn


def write_figures(folder: Path, run: dict[str, Any], drawn: dict[str, plots.Drawing]) -> None:
    """Write the figures as SVG and PDF, and the table of scores as CSV and LaTeX, into a new folder."""
    folder.mkdir(exist_ok=True)
    for name, drawing in drawn.items():
        files.write_text(folder / f"{name}.svg", drawing)
        drawing.save(folder / f"{name}.pdf")
    models, estimates = {"floor": "dummy"} | run["plan"]["models"], run["estimates"]["role"]
    named, rows, texts = words.shown_roles(run), [], []
    for role, name in named.items():
        texts.append({"role": name, "model": models[role]})
        for metric, scale in scales.scales(run).items():
            column = [scale.turned(estimates[other][metric]) for other in named]
            score = scale.turned(estimates[role][metric])
            texts[-1][scale.title] = words.interval_text(score, places=words.common_places(column))
            rows.append({"role": name, "model": models[role], "metric": metric} | (estimates[role][metric] or {}))
    files.write_table(folder / "scores.csv", pd.DataFrame(rows))
    files.write_text(folder / "scores.tex", pd.DataFrame(texts).to_latex(index=False, escape=True))


def report(folder: Path, apart: bool = False) -> str:
    """Make the report of a run from the files of its folder; write its figures ``apart``, too."""
    run = record.read_finished(folder)
    if run.get("exploratory"):
        raise StudyError(f"report: {run['id']} was only a try, which has no report. `make run` makes one.")
    explained = json.loads((folder / "explanation.json").read_text(encoding="utf-8"))
    failed = json.loads((folder / "failures.json").read_text(encoding="utf-8"))
    drawn = figures(run, explained, failed)
    if apart:
        write_figures(folder / FIGURES, run, drawn)
    return template.render("report/report.html", folder, figure=drawn, explained=explained, failed=failed)


def write_report(folder: Path, apart: bool = False) -> Path:
    """Write report.html into a run's folder, from the files there; return its path. The figures also ``apart``."""
    files.write_text(folder / files.REPORT, report(folder, apart))
    return folder / files.REPORT


def write_dashboard(root: Path) -> Path:
    """Write runs/dashboard.html from the records; return its path."""
    records = list(record.runs(root))
    points: dict[str, list[Any]] = defaultdict(list)
    for run in records:
        title, estimate = runs.primary(run)
        if estimate.get("value") is not None:
            points[title].append((run, estimate))
    facts = {
        "header": runs.HEADER,
        "rows": [(run, runs.row(run)) for run in records],
        "trends": {title: plots.trend(of_metric, title) for title, of_metric in points.items()},
        "counts": Counter(run["status"] for run in records),
        "used": {key: [run[key] for run in records if key in run] for key in ("wall_s", "cpu_s", "memory_mb")},
    }
    path = root / "runs" / "dashboard.html"
    path.parent.mkdir(exist_ok=True)
    files.write_text(path, template.load("report/dashboard.html").render(facts))
    return path
