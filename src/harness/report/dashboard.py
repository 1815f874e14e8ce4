"""The dashboard: all runs on one page, with the trend of each primary metric."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from harness import files
from harness.provenance import record, runs
from harness.report import plots, template


def write(root: Path) -> Path:
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
