"""What is shown: the report of a run as one HTML page."""

import json
from pathlib import Path
from typing import Any

from harness import files, words
from harness.provenance import record
from harness.report import plots, template


def figures(
    run: dict[str, Any], roles: dict[str, Any], explained: dict[str, Any], failed: dict[str, Any]
) -> dict[str, str]:
    """Draw every figure that this run has something for, by name."""
    question, metric = run["plan"]["question"], run["metrics"][0]
    compared = {kind: [one for one in run["comparisons"] if one["kind"] == kind] for kind in ("role", "ablation")}
    models = {"floor": "dummy"} | run["plan"]["models"]
    pair = (models["rival"], models["candidate"])
    named = [{"name": f"{role}: {models[role]}"} | one[metric] for role, one in roles.items()]
    lost = [
        {"name": one["feature"], "value": one["mean"], "low": one["mean"] - one["sd"], "high": one["mean"] + one["sd"]}
        for one in [*explained["features"], *explained["together"]]
    ]
    parts = [one | {"name": f"{one['column']} {one['part']}".strip()} for one in failed["subgroups"]]
    whole = failed["subgroups"][0]["value"]
    curves = {one["feature"]: explained["dependence"].get(one["feature"]) for one in explained["features"]}
    curves = {name: curve for name, curve in curves.items() if curve and curve["grid"]}  # the most important first
    drawn = {
        "verdict": plots.verdict(words.main_comparison(run), question["margin"], f"difference in {metric}", *pair),
        "scores": plots.intervals(named, metric),
        "differences": plots.intervals(compared["role"], f"difference in {metric}", [0]),
        "budget": plots.budget(run["budget"][0]),
        "importance": plots.intervals(lost, f"loss of {metric}", [explained["level"]]),
        "learning": plots.learning(failed["learning"], metric),
        "subgroups": plots.intervals(parts, metric, [] if whole is None else [whole]),
    }
    if curves:
        drawn["dependence"] = plots.dependence(curves, explained["output"])
    if compared["ablation"]:
        drawn["ablations"] = plots.intervals(compared["ablation"], f"loss of {metric}", [0])
    if run["task"] == "regression":
        drawn["residuals"] = plots.residuals(failed["residuals"]["points"])
    else:
        drawn["confusion"] = plots.confusion(failed["confusion"])
        if failed["calibration"]["classes"]:
            drawn["calibration"] = plots.calibration(failed["calibration"]["classes"])
    return drawn


def write_report(folder: Path) -> Path:
    """Write report.html into a run's folder, from the files there; return its path."""
    run = record.read_finished(folder)
    texts = [(folder / name).read_text("utf-8") for name in ("explanation.json", "failures.json")]
    explained, failed = map(json.loads, texts)
    drawn = figures(run, run["estimates"]["role"], explained, failed)
    text = template.render("report/report.html", folder, figure=drawn, explained=explained, failed=failed)
    files.write_text(folder / "report.html", text)
    return folder / "report.html"
