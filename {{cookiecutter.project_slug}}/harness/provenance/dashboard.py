"""The dashboard: all runs on one page, which asks nothing of others; made from the records each time."""

from collections import Counter
from datetime import datetime

from .. import plots, record, report
from . import store

PATH = "runs/dashboard.html"


def write(root):
    """Write runs/dashboard.html; return its path."""
    runs = list(record.runs(root))
    whole = [store.facts(run) for run in reversed(runs) if run["status"] == "finished"]
    named = sorted({run["metrics"][0] for run in whole if run["metric"] is not None})
    trends = {}
    for metric in named:
        mine = [run for run in whole if run["metrics"][0] == metric and run["metric"] is not None]
        times = [datetime.fromisoformat(run["started"]) for run in mine]
        values = [{"value": run["metric"], "low": run["low"], "high": run["high"]} for run in mine]
        trends[metric] = plots.trend(times, values, metric)
    used = [run for run in runs if "wall_s" in run]
    page = report.template("provenance/dashboard.html").render(
        counts=Counter(run["status"] for run in runs),
        verdicts=Counter(run["verdict"] for run in whole),
        hours=sum(run["wall_s"] for run in used) / 3600,
        cpu_hours=sum(run["cpu_s"] for run in used) / 3600,
        memory=max((run["memory_mb"] for run in used), default=0),
        header=store.HEADER,
        rows=[store.line(run) for run in runs],
        trends=trends,
    )
    path = root / PATH
    path.parent.mkdir(exist_ok=True)
    record.write_text(path, page)
    return path
