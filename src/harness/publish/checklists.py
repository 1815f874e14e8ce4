"""The page CHECKLISTS.md: what reviewers ask, answered by a file or a check where there is one, else by the author."""

import re
import tomllib
from pathlib import Path
from typing import Any

from harness.checks.engine import Subject
from harness.publish import evidence

PATH = "CHECKLISTS.md"
ASKED = "<br>**author must answer**"  # so begins the line of an item that waits, and nothing else
STATUSES = ("yes", "no", "not applicable", "author must answer", "not exercised")
MARK = re.compile(r"^<!-- item: (.+?) -->(?:\n|\Z)", re.M)  # invisible where Markdown is shown
END = "end"
KEPT = "Kept from earlier lists"
BEGIN = re.compile(r"[*_]*(yes|not applicable|no)(?![\w-])", re.I)


def read() -> dict[str, Any]:
    """Read the head of the page and the lists, as checklists.toml explains."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def words(page: str) -> dict[str, str]:
    """Return what the author wrote below each item, without the marks of the quotation."""
    parts = MARK.split(page)
    written: dict[str, str] = {}
    for name, block in zip(parts[1::2], parts[2::2], strict=True):
        lines = [line if line.strip() else "" for line in block.split("\n") if not line.startswith(f"**{name}.**")]
        own = "\n".join(re.sub("^> ?", "", line) for line in lines).strip("\n")
        if own and name != END:
            written[name] = f"{written[name]}\n\n{own}" if name in written else own
    return written


def answer(subject: Subject, item: dict[str, Any], own: str) -> tuple[str, str]:
    """Return one of `STATUSES` for an item with the author's words, and as Markdown why."""
    if "author" in item:
        begin = BEGIN.match(own)
        return (begin[1].lower(), "see below") if begin else ("author must answer", item["author"])
    if "applies" in item and (value := evidence.value(subject.root, item["applies"][0])) not in item["applies"][1]:
        return "not applicable", f"`{item['applies'][0]}` is `{value}`"
    links: dict[str, list[str]] = {"no": [], "not exercised": [], "yes": []}
    for status, link in (evidence.exercised(subject, pointer) for pointer in item["evidence"]):
        links[status].append(link)
    if links["no"]:
        because = "because of what is said below; " if own else ""
        return "no", f"{because}not there, or only a placeholder: {', '.join(links['no'])}"
    if links["not exercised"]:
        return "not exercised", f"it waits for: {', '.join(links['not exercised'])}"
    prepared = ", ".join(links["yes"])
    return ("not exercised", f"{item['online']}; prepared: {prepared}") if "online" in item else ("yes", prepared)


def page(subject: Subject) -> str:
    """Write the page anew, with the author's words of the present one; the same for the same files, wherever."""
    path = subject.root / PATH
    own = words(path.read_text(encoding="utf-8")) if path.is_file() else {}
    table = [f"| list | items | {' | '.join(STATUSES)} |", f"|---|{'---|' * (len(STATUSES) + 1)}"]
    lists, blocks = read(), []
    for checklist in lists["list"]:
        answers = []
        blocks.append(f"## {checklist['title']}\n\n{checklist['source']}\n")
        for item in checklist["items"]:
            below = own.pop(item["id"], "")
            status, why = answer(subject, item, below)
            answers.append(status)
            blocks.append(block(item["id"], f"{item['text']}<br>**{status}**: {why}", below))
        blocks.append(f"<!-- item: {END} -->\n")
        counts = [len(answers), *map(answers.count, STATUSES)]
        table.append(f"| {checklist['title']} | {' | '.join(map(str, counts))} |")
    if own:  # of items that are on no list any more
        blocks.append(f"## {KEPT}\n")
        blocks += [block(name, "On no list any more.", below) for name, below in own.items()]
    return "\n".join([lists["head"], *table, "", *blocks])


def unanswered(root: Path) -> int:
    """Count the items of the page, if it is there, that wait for the author."""
    path = root / PATH
    return path.read_text(encoding="utf-8").count(ASKED) if path.is_file() else 0


def block(name: str, line: str, own: str) -> str:
    """Write one item: a mark, one line of ours, the author's words as a quotation."""
    quoted = "".join(f"> {text}\n" if text else ">\n" for text in own.split("\n"))
    return f"<!-- item: {name} -->\n**{name}.** {line}\n" + (f"\n{quoted}" if own else "")
