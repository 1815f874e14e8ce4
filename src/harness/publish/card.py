"""
The card, and the result in README.md: numbers by machine between marks; every other sentence stays as it is.

The front matter is that of the Hugging Face Hub (https://huggingface.co/docs/hub/model-cards), whose model-index holds
the results; the sections are those of Mitchell et al. (2019), "Model Cards for Model Reporting", FAT* '19.
"""

from pathlib import Path

import yaml

from harness import files, scales
from harness.exceptions import StudyError
from harness.markdown import front_matter
from harness.provenance import record
from harness.report import template

CARD, README = "MODEL_CARD.md", "README.md"
MODEL = "model/model.json"  # in results/, written by `publish.export`
BODY = (template.BEGIN, template.END)
FRONT = ("# numbers: begin (made by the harness)", "# numbers: end")


def fill(name: str, text: str, marks: tuple[str, str], piece: str) -> str:
    """Return the text of a page with another piece between two marks; StudyError unless each mark is there once."""
    begin, end = marks
    before, _, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not closed or begin in rest or end in before + after:
        raise StudyError(f"{name}: it needs the line {begin!r} and, later, the line {end!r}, once each")
    return f"{before}{begin}\n{piece.rstrip()}\n{end}{after}"


def pages(root: Path, folder: Path) -> list[tuple[Path, str]]:
    """Make path and text of each page that shows the result in a folder; of README.md only if it has the marks."""
    card, readme = root / CARD, root / README
    text = card.read_text(encoding="utf-8")
    keys, _ = front_matter(CARD, fill(CARD, text, FRONT, ""))
    if not keys.get("license"):
        raise StudyError(f"{CARD}: front matter: there is no license. Write one, such as `license: mit`.")
    if twice := sorted({"pipeline_tag", "metrics", "model-index"} & set(keys)):
        raise StudyError(f"{CARD}: front matter: {twice[0]} is made by the harness. Take it out, keep the marks.")
    body = template.render("publish/card.md", folder, model=files.load(folder, MODEL))
    made = [(card, fill(CARD, fill(CARD, text, FRONT, numbers(root, folder)), BODY, body))]
    text = files.read_text(readme)
    if any(mark in text for mark in BODY):
        made.append((readme, fill(README, text, BODY, template.render("publish/readme.md", folder))))
    return made


def plain(metric: str) -> str:
    """Return the name of a metric for a score that is not negated."""
    return metric.removeprefix("neg_")


def numbers(root: Path, folder: Path) -> str:
    """Write the front matter's task, metrics and model-index: what the candidate scores, all digits."""
    run = record.read_finished(folder)
    project = files.load(root, "pyproject.toml")["project"]["name"]
    plan, task = run["plan"], f"tabular-{run['task']}"
    folds = f"mean over {plan['evaluation']['repeats']} x {plan['evaluation']['folds']} folds"
    known = scales.scales(run)
    measured = [("development", folds, "results/run.json", run["estimates"]["role"]["candidate"])]
    for entry in template.openings(folder):
        measured.append(("sealed", f"opening {entry['opened']}", "results/ledger.jsonl", entry["scores"]))
    data = {"type": project, "name": f"data/raw of {project}", "revision": run["data_sha256"]}
    results = []
    for split, name, source, scores in measured:
        metrics = [
            {"type": plain(metric), "name": f"{known[metric].title}, {name}", "value": score["value"]}
            | {"args": {"low": score["low"], "high": score["high"], "confidence": 1 - plan["question"]["alpha"]}}
            for metric, score in ((metric, known[metric].turned(score)) for metric, score in scores.items())
            if score and score["value"] is not None
        ]
        results.append({"task": {"type": task}, "dataset": data | {"split": split}, "metrics": metrics})
        results[-1]["source"] = {"name": f"{source}, run {run['id']}", "url": source}
    index = [{"name": f"{project}-{plan['models']['candidate']}", "results": results}]
    facts = {"pipeline_tag": task, "metrics": [*map(plain, run["metrics"])], "model-index": index}
    return yaml.safe_dump(facts, sort_keys=False, width=1000, allow_unicode=True)
