"""The dashboard: all runs on one page, with the trend of each primary metric."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from harness import files
from harness.provenance import record, runs
from harness.report import template

WIDTH, HEIGHT, LEFT = 640, 180, 60  # of a trend, in pixels


def trends(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return for each primary metric its scale and its points: places in the picture, the oldest run first."""
    found: dict[str | None, list[Any]] = {}
    for run in reversed(records):
        name, estimate = runs.primary(run)
        if estimate.get("value") is not None:
            found.setdefault(name, []).append((run, estimate))
    return [trend(name, points) for name, points in found.items()]


def trend(name: str | None, points: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """Place the points of one metric."""
    times = [datetime.fromisoformat(run["started"]).timestamp() for run, _ in points]
    seen = [one[key] for _, one in points for key in ("value", "low", "high") if one[key] is not None]
    low, high, first, last = min(seen), max(seen), min(times), max(times)

    def across(time: float) -> float:
        return round(LEFT + 10 + (WIDTH - LEFT - 20) * ((time - first) / (last - first) if last > first else 0.5), 1)

    def up(value: float) -> float:
        return round(HEIGHT - 15 - (HEIGHT - 30) * ((value - low) / (high - low) if high > low else 0.5), 1)

    marks = []
    for time, (run, one) in zip(times, points, strict=True):
        ends = [one["value"] if one[key] is None else one[key] for key in ("low", "high")]
        marks.append({"x": across(time), "y": up(one["value"]), "low": up(ends[0]), "high": up(ends[1]), "run": run})
    scale = [(up(value), f"{value:.3g}") for value in sorted({low, (low + high) / 2, high})]
    dates = (points[0][0]["started"][:10], points[-1][0]["started"][:10])
    return {"name": name, "marks": marks, "scale": scale, "dates": dates}


def write(root: Path) -> Path:
    """Write runs/dashboard.html from the records; return its path."""
    records = list(record.runs(root))
    used = {key: [run[key] for run in records if key in run] for key in ("wall_s", "cpu_s", "memory_mb")}
    more = {"header": runs.HEADER, "rows": [(run, runs.row(run)) for run in records], "trends": trends(records)}
    more |= {"counts": Counter(run["status"] for run in records), "used": used}
    text = template.load("report/dashboard.html").render(width=WIDTH, height=HEIGHT, left=LEFT, **more)
    (root / "runs").mkdir(exist_ok=True)
    files.write_text(root / "runs" / "dashboard.html", text)
    return root / "runs" / "dashboard.html"
