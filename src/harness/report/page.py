"""What is shown, as HTML: the report of a run, and all runs on one page, with the trend of each primary metric."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from harness import files, words
from harness.exceptions import StudyError
from harness.provenance import record, runs
from harness.report import plots, template

NAME = "report.html"


def figures(run: dict[str, Any], explained: dict[str, Any], failed: dict[str, Any]) -> dict[str, str]:
    """Draw every figure that this run has something for, by name."""
    question, metric = run["plan"]["question"], run["metrics"][0]
    models = {"floor": "dummy"} | run["plan"]["models"]
    scores = [{"name": f"{role}: {models[role]}"} | of[metric] for role, of in run["estimates"]["role"].items()]
    pairs = {kind: [pair for pair in run["comparisons"] if pair["kind"] == kind] for kind in ("role", "ablation")}
    subgroups = [part | {"name": f"{part['column']} {part['part']}".strip()} for part in failed["subgroups"]]
    whole = failed["subgroups"][0]["value"]
    losses = [
        {"name": row["feature"], "value": row["mean"], "low": row["mean"] - row["sd"], "high": row["mean"] + row["sd"]}
        for row in [*explained["features"], *explained["together"]]
    ]
    main, names = words.main_comparison(run), (models["rival"], models["candidate"])
    shown = words.metric_text(metric)
    drawn = {
        "verdict": plots.verdict(main, question["margin"], f"difference in {shown}", *names),
        "scores": plots.intervals(scores, shown),
        "differences": plots.intervals(pairs["role"], f"difference in {shown}", [0]),
        "budget": plots.budget(run["budget"][0]),
        "importance": plots.intervals(losses, f"loss of {shown}", [explained["level"]]),
        "learning": plots.learning(failed["learning"], shown),
        "subgroups": plots.intervals(subgroups, shown, [] if whole is None else [whole]),
    }
    curves = {row["feature"]: explained["dependence"].get(row["feature"]) for row in explained["features"]}
    if curves := {name: curve for name, curve in curves.items() if curve and curve["grid"]}:  # most important first
        drawn["dependence"] = plots.dependence(curves, explained["output"])
    if pairs["ablation"]:
        drawn["ablations"] = plots.intervals(pairs["ablation"], f"loss of {shown}", [0])
    if run["task"] == "regression":
        drawn["residuals"] = plots.residuals(failed["residuals"]["points"])
    else:
        drawn["confusion"] = plots.confusion(failed["confusion"])
        if failed["calibration"]["classes"]:
            drawn["calibration"] = plots.calibration(failed["calibration"]["classes"])
    return drawn


def report(folder: Path) -> str:
    """Make the report of a run from the files of its folder."""
    run = record.read_finished(folder)
    if run.get("exploratory"):
        raise StudyError(f"report: {run['id']} was only a try, which has no report. `make run` makes one.")
    explained = json.loads((folder / "explanation.json").read_text(encoding="utf-8"))
    failed = json.loads((folder / "failures.json").read_text(encoding="utf-8"))
    drawn = figures(run, explained, failed)
    return template.render("report/report.html", folder, figure=drawn, explained=explained, failed=failed)


def write_report(folder: Path) -> Path:
    """Write report.html into a run's folder, from the files there; return its path."""
    files.write_text(folder / NAME, report(folder))
    return folder / NAME


def write_dashboard(root: Path) -> Path:
    """Write runs/dashboard.html from the records; return its path."""
    records = list(record.runs(root))
    points: dict[str | None, list[Any]] = defaultdict(list)
    for run in records:
        metric, estimate = runs.primary(run)
        if estimate.get("value") is not None:
            points[metric].append((run, estimate))
    facts = {
        "header": runs.HEADER,
        "rows": [(run, runs.row(run)) for run in records],
        "trends": {metric: plots.trend(of_metric, metric) for metric, of_metric in points.items()},
        "counts": Counter(run["status"] for run in records),
        "used": {key: [run[key] for run in records if key in run] for key in ("wall_s", "cpu_s", "memory_mb")},
    }
    path = root / "runs" / "dashboard.html"
    path.parent.mkdir(exist_ok=True)
    files.write_text(path, template.load("report/dashboard.html").render(facts))
    return path
