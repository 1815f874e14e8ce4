"""
The card, and the result in README.md: numbers by machine between marks; every other sentence stays as it is.

The front matter is that of the Hugging Face Hub (https://huggingface.co/docs/hub/model-cards), whose model-index holds
the results; the sections are those of Mitchell et al. (2019), "Model Cards for Model Reporting", FAT* '19.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml

from harness.exceptions import StudyError
from harness.provenance import record
from harness.report import template

CARD, README = "MODEL_CARD.md", "README.md"
MODEL = "model/model.json"  # in results/, written by `publish.export`
BODY = (template.BEGIN, template.END)
FRONT = ("# numbers: begin (made by the harness)", "# numbers: end")


def fill(path: Path, *pieces: tuple[tuple[str, str], str]) -> tuple[Path, str]:
    """Return path and text of a page with new texts between its marks; StudyError unless each mark is there once."""
    text = path.read_text(encoding="utf-8")
    for marks, piece in pieces:
        before, after = around(path.name, text, *marks)
        text = f"{before}{marks[0]}\n{piece.rstrip()}\n{marks[1]}{after}"
    return path, text


def around(name: str, text: str, begin: str, end: str) -> tuple[str, str]:
    """Return what stands before and after two marks of a page."""
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found or begin in rest or end in after or end in before:
        raise StudyError(f"{name}: it needs the line {begin!r} and, later, the line {end!r}, once each")
    return before, after


def pages(root: Path, folder: Path) -> list[tuple[Path, str]]:
    """Make path and text of each page that shows the result in a folder; of README.md only if it has the marks."""
    card, readme = root / CARD, root / README
    check_front_matter(card)
    body = template.render("publish/card.md", folder, model=read_model(folder))
    found = [fill(card, (FRONT, numbers(root, folder)), (BODY, body))]
    if readme.is_file() and any(mark in readme.read_text(encoding="utf-8") for mark in BODY):
        found.append(fill(readme, (BODY, template.render("publish/readme.md", folder))))
    return found


def check_front_matter(path: Path) -> None:
    """Raise StudyError if what the author wrote into a card's front matter is no YAML, has no license, or is made."""
    before, after = around(path.name, path.read_text(encoding="utf-8"), *FRONT)
    own, closed, _ = after.partition("\n---\n")
    try:
        found = yaml.safe_load(before.removeprefix("---\n") + own)
    except yaml.YAMLError as error:
        raise StudyError(f"{path.name}: its front matter is no YAML: {' '.join(str(error).split())}") from None
    if not before.startswith("---\n") or not closed or not isinstance(found, dict) or not found.get("license"):
        raise StudyError(f"{path.name}: it begins with '---', keys such as `license: mit`, the two marks, and '---'")
    if twice := sorted({"pipeline_tag", "metrics", "model-index"} & set(found)):
        raise StudyError(f"{path.name}: front matter: {twice[0]} is made by the harness: take it out, keep the marks")


def numbers(root: Path, folder: Path) -> str:
    """Write the front matter's task, metrics and model-index: what the candidate scores, all digits."""
    run = record.read_finished(folder)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    plan, task = run["plan"], f"tabular-{run['task']}"
    folds = f"mean over {plan['evaluation']['repeats']} x {plan['evaluation']['folds']} folds"
    measured = [("development", folds, "results/run.json", run["estimates"]["role"]["candidate"])]
    for entry in template.openings(folder):
        measured.append(("sealed", f"opening {entry['opened']}", "results/ledger.jsonl", entry["scores"]))
    results = []
    for split, name, source, scores in measured:
        known = {metric: score for metric, score in scores.items() if score and score["value"] is not None}
        dataset = {"type": project, "name": f"data/raw of {project}", "split": split, "revision": run["data_sha256"]}
        metrics = [
            {"type": metric, "name": f"{metric}, {name}", "value": score["value"]}
            | {"args": {"low": score["low"], "high": score["high"], "confidence": 1 - plan["question"]["alpha"]}}
            for metric, score in known.items()
        ]
        results.append({"task": {"type": task}, "dataset": dataset, "metrics": metrics})
        results[-1]["source"] = {"name": f"{source}, run {run['id']}", "url": source}
    index = [{"name": f"{project}-{plan['models']['candidate']}", "results": results}]
    facts = {"pipeline_tag": task, "metrics": run["metrics"], "model-index": index}
    return yaml.safe_dump(facts, sort_keys=False, width=1000, allow_unicode=True)


def read_model(folder: Path) -> dict[str, Any] | None:
    """Read model.json of an accepted result; None if there is none."""
    path = folder / MODEL
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except ValueError as error:
        raise StudyError(f"results/{MODEL} cannot be read: {error}; accept the run again") from None
