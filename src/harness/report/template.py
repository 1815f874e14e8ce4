"""Templates: a finished run's numbers, in words, filled into a page."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from harness import scales, words
from harness.provenance import record

BEGIN, END = "<!-- numbers: begin (made by the harness) -->", "<!-- numbers: end -->"


def load(name: str) -> jinja2.Template:
    """Load a page's template of the harness, with the filters that put numbers into words."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parents[1]),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json"] = partial(json.dumps, ensure_ascii=False)
    environment.filters["percent"] = words.percent
    environment.filters["places"] = words.common_places
    environment.filters["ratios"] = words.ratio_texts
    for kind in ("difference", "interval", "number", "p", "spread"):
        environment.filters[kind] = getattr(words, f"{kind}_text")
    return environment.get_template(name)


def openings(folder: Path) -> list[dict[str, Any]]:
    """Return the entries of the ledger in a folder: each opening of the sealed rows."""
    path = folder / "ledger.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def render(name: str, folder: Path, **more: Any) -> str:
    """Fill a template with a finished run; ``more`` is what else it may ask for."""
    run, ledger = record.read_finished(folder), openings(folder)
    facts = {
        "run": run,
        "plan": run["plan"],
        "metrics": run["metrics"],
        "scales": scales.scales(run),
        "scale": scales.primary(run),
        "directions": scales.directions(scales.scales(run).values()),
        "margin": words.margin_text(run),
        "headline": words.headline(run),
        "sentence": words.sentence(run),
        "meaning": words.meaning(run),
        "next": run.get("outlook"),
        "tried": words.tried(run),
        "main": words.main_comparison(run),
        "roles": run["estimates"]["role"],
        "named": {kind: words.shown_roles(run, kind) for kind in ("role", "benchmark")},
        "benchmark": run["estimates"]["benchmark"],
        "ledger": ledger,
        "opened": len(ledger) or run["opened"],
    }
    return load(name).render(facts | more)
