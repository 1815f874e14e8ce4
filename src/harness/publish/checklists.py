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
SAID = re.compile(r"[*_]*(yes|not applicable|no)(?![\w-])", re.I)


def read() -> dict[str, Any]:
    """Read the head of the page and the lists, as checklists.toml explains."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def words(page: str) -> dict[str, str]:
    """Find what the author wrote below each item, without the marks of the quotation."""
    parts = MARK.split(page)
    found: dict[str, str] = {}
    for name, block in zip(parts[1::2], parts[2::2], strict=True):
        lines = [line if line.strip() else "" for line in block.split("\n") if not line.startswith(f"**{name}.**")]
        own = "\n".join(re.sub("^> ?", "", line) for line in lines).strip("\n")
        if own and name != END:
            found[name] = f"{found[name]}\n\n{own}" if name in found else own
    return found


def answer(subject: Subject, item: dict[str, Any], own: str) -> tuple[str, str]:
    """
    Answer one item, below which the author wrote ``own``.

    Return one of `STATUSES`, and as Markdown why: links, what is missing, or what the author is asked for.
    """
    if "author" in item:
        said = SAID.match(own)
        return (said[1].lower(), "see below") if said else ("author must answer", item["author"])
    if "applies" in item and (found := evidence.value(subject.root, item["applies"][0])) not in item["applies"][1]:
        return "not applicable", f"`{item['applies'][0]}` is `{found}`"
    found = [evidence.exercised(subject, pointer) for pointer in item["evidence"]]
    for status, word in (("no", "not there, or only a placeholder"), ("not exercised", "it waits for")):
        if missing := ", ".join(link for one, link in found if one == status):
            because = "because of what is said below; " if own and status == "no" else ""
            return status, f"{because}{word}: {missing}"
    links = ", ".join(link for _, link in found)
    return ("not exercised", f"{item['online']}; prepared: {links}") if "online" in item else ("yes", links)


def page(subject: Subject) -> str:
    """Write the page anew, with the author's words of the present one; the same for the same files, wherever."""
    path = subject.root / PATH
    own = words(path.read_text(encoding="utf-8")) if path.is_file() else {}
    table = [f"| list | items | {' | '.join(STATUSES)} |", f"|---|{'---|' * (len(STATUSES) + 1)}"]
    asked, blocks = read(), []
    for one in asked["list"]:
        answers = []
        blocks.append(f"## {one['title']}\n\n{one['source']}\n")
        for item in one["items"]:
            said = own.pop(item["id"], "")
            status, why = answer(subject, item, said)
            answers.append(status)
            blocks.append(block(item["id"], f"{item['text']}<br>**{status}**: {why}", said))
        blocks.append(f"<!-- item: {END} -->\n")
        counts = [len(answers), *map(answers.count, STATUSES)]
        table.append(f"| {one['title']} | {' | '.join(map(str, counts))} |")
    if own:  # of items that are on no list any more
        blocks.append(f"## {KEPT}\n")
        blocks += [block(name, "On no list any more.", said) for name, said in own.items()]
    return "\n".join([asked["head"], *table, "", *blocks])


def unanswered(root: Path) -> int:
    """Count the items of the page, if it is there, that wait for the author."""
    path = root / PATH
    return path.read_text(encoding="utf-8").count(ASKED) if path.is_file() else 0


def block(name: str, line: str, said: str) -> str:
    """Write one item: a mark, one line of ours, the author's words as a quotation."""
    quoted = "".join(f"> {text}\n" if text else ">\n" for text in said.split("\n")) if said else ""
    return f"<!-- item: {name} -->\n**{name}.** {line}\n" + (f"\n{quoted}" if said else "")
