"""Markdown pages: their sections, and the places that wait for the author."""

import re
from pathlib import Path
from typing import Any

import yaml

from harness.exceptions import StudyError

# A line that is wholly in italics waits for the author, and so does one that ends in a remark which is.
WAITING = re.compile(r"(?:[-*] +|\S.* # )?\*([^*\s][^*]*)\*")


def sections(text: str) -> dict[str, list[str]]:
    """Collect the lines below each heading of a Markdown page, of whatever level; "" for those before the first."""
    by_heading: dict[str, list[str]] = {"": []}
    for line in text.splitlines():
        if heading := re.fullmatch(r"#+ +(.+?)\s*", line):
            by_heading.setdefault(heading[1], [])
        else:
            by_heading[[*by_heading][-1]].append(line)
    return by_heading


def front_matter(name: str, text: str) -> tuple[dict[str, Any], str]:
    """Return the keys between two lines ``---`` at the beginning of a page, and the rest; StudyError if not so."""
    front, closed, page = text.removeprefix("---\n").partition("\n---\n")
    try:
        keys = yaml.safe_load(front) if text.startswith("---\n") and closed else None
    except yaml.YAMLError as error:
        raise StudyError(f"{name}: the front matter cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(keys, dict):
        raise StudyError(f"{name}: it must begin with a front matter. Write keys between two lines '---'.")
    return keys, page


def placeholders(text: str) -> list[str]:
    """List the places that wait for the author, each by the heading above it."""
    by_heading = sections(text).items()
    return [name for name, lines in by_heading for line in lines if WAITING.fullmatch(line.strip())]


def waiting(path: Path) -> str:
    """Say how many places of a file wait for the author, and under which headings; "" if none does."""
    places = placeholders(path.read_text(encoding="utf-8"))
    count = f"{len(places)} place{'s wait' if len(places) > 1 else ' waits'} for you in {path.name}"
    return f"{count}: {', '.join(dict.fromkeys(places))}" if places else ""
