"""The page CHECKLISTS.md: what reviewers ask, answered by a file or a check where there is one, else by the author."""

import re
from pathlib import Path
from typing import Any

from harness import files
from harness.checks.engine import Subject, by_code, run_check
from harness.checks.registry import registered
from harness.provenance import accepted

PATH = "CHECKLISTS.md"
ASKED = "<br>**author must answer**"  # so begins the line of an item that waits, and nothing else
STATUSES = ("yes", "no", "not applicable", "author must answer", "not exercised")
MARK = re.compile(r"^<!-- item: (.+?) -->(?:\n|\Z)", re.M)  # invisible where Markdown is shown
END = "end"
KEPT = "Kept from earlier lists"
BEGIN = re.compile(r"[*_]*(yes|not applicable|no)(?![\w-])", re.I)

CHECK = "check "
PLACEHOLDER = re.compile(r"\*[^*]+\*|_[^_]+_|\[More Information Needed\]")  # a paragraph wholly in italics


def read() -> dict[str, Any]:
    """Read the head of the page and the lists, as checklists.toml explains."""
    return files.load(Path(__file__).parent, "checklists.toml")


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


def section(text: str, title: str) -> str | None:
    """Return what stands under the heading that begins so; None if it is empty or still has a placeholder."""
    heading = re.search(rf"^(#+) +{re.escape(title)}.*\n", text + "\n", re.M | re.I)
    if not heading:
        return None
    body = re.split(rf"^#{{1,{len(heading[1])}}} ", text[heading.end() :], maxsplit=1, flags=re.M)[0]
    body = re.sub(r"<!--.*?-->|^#+ [^\n]*", "", body, flags=re.S | re.M)
    paragraphs = list(filter(None, re.split(r"\n\s*\n", body.strip())))
    return None if any(map(PLACEHOLDER.fullmatch, paragraphs)) else "\n\n".join(paragraphs) or None


def value_of(root: Path, pointer: str) -> Any:
    """Return what a pointer to a file, or to a place in it, leads to; None if there is nothing."""
    name, _, key = pointer.partition("#")
    text = files.read_text(root / name)
    if not text.strip():
        return None
    if not key or name.endswith(".md"):
        return section(text, key) if key else name
    entry = files.load(root, name)
    for part in key.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    return None if entry in (None, "", [], {}) else entry


def exercised(subject: Subject, pointer: str) -> tuple[str, str]:
    """Return whether the evidence is there, "yes", "no" or "not exercised", and a link to it, or the check's code."""
    if pointer.startswith(CHECK):
        registered()
        status = run_check(by_code(pointer.removeprefix(CHECK)), subject)[0]
        return {"passed": "yes", "failed": "no"}.get(status, "not exercised"), pointer
    name, _, key = pointer.partition("#")
    if value_of(subject.root, pointer) is not None:
        return "yes", f"[{name}: {key}]({name})" if key else f"[{name}]({name})"
    results = subject.root / "results"
    if name in [f"results/{left}" for left in accepted.left_out(results)]:
        return "yes", f"[results/run.json: {Path(name).stem}_sha256](results/run.json)"
    is_there = (results / "run.json").is_file()
    return "not exercised" if name.startswith("results/") and not is_there else "no", f"`{pointer}`"


def answer(subject: Subject, item: dict[str, Any], own: str) -> tuple[str, str]:
    """Return one of `STATUSES` for an item with the author's words, and as Markdown why."""
    if "author" in item:
        begin = BEGIN.match(own)
        return (begin[1].lower(), "see below") if begin else ("author must answer", item["author"])
    if "applies" in item and (value := value_of(subject.root, item["applies"][0])) not in item["applies"][1]:
        return "not applicable", f"`{item['applies'][0]}` is `{value}`"
    links: dict[str, list[str]] = {"no": [], "not exercised": [], "yes": []}
    for status, link in (exercised(subject, pointer) for pointer in item["evidence"]):
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
    own = words(files.read_text(subject.root / PATH))
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
    return files.read_text(root / PATH).count(ASKED)


def block(name: str, line: str, own: str) -> str:
    """Write one item: a mark, one line of ours, the author's words as a quotation."""
    quoted = "".join(f"> {text}\n" if text else ">\n" for text in own.split("\n"))
    return f"<!-- item: {name} -->\n**{name}.** {line}\n" + (f"\n{quoted}" if own else "")
