"""What a pointer leads to: "file", "file#dotted.key", "file.md#Heading" or "check CODE"."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from harness.checks.engine import Subject, by_code, run_check
from harness.checks.registry import registered
from harness.exceptions import StudyError

CHECK = "check "
READERS: dict[str, Any] = {".json": json.loads, ".toml": tomllib.loads, ".cff": yaml.safe_load}
PLACEHOLDER = re.compile(r"\*[^*]+\*|_[^_]+_|\[More Information Needed\]")  # a paragraph wholly in italics


def section(text: str, title: str) -> str | None:
    """Return what stands under the heading that begins so; None if it is empty or still has a placeholder."""
    heading = re.search(rf"^(#+) +{re.escape(title)}.*\n", text + "\n", re.M | re.I)
    if not heading:
        return None
    body = re.split(rf"^#{{1,{len(heading[1])}}} ", text[heading.end() :], maxsplit=1, flags=re.M)[0]
    body = re.sub(r"<!--.*?-->|^#+ [^\n]*", "", body, flags=re.S | re.M)
    paragraphs = list(filter(None, re.split(r"\n\s*\n", body.strip())))
    return None if any(map(PLACEHOLDER.fullmatch, paragraphs)) else "\n\n".join(paragraphs) or None


def value(root: Path, pointer: str) -> Any:
    """Return what a pointer to a file, or to a place in it, leads to; None if there is nothing."""
    name, _, key = pointer.partition("#")
    path = root / name
    if not path.is_file() or not (text := path.read_text(encoding="utf-8")).strip():
        return None
    if not key or path.suffix == ".md":
        return section(text, key) if key else name
    try:
        entry = READERS[path.suffix](text)
    except (ValueError, yaml.YAMLError) as error:
        raise StudyError(f"{name} cannot be read: {error}. Mend it, then `harness card`.") from None
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
    if value(subject.root, pointer) is not None:
        return "yes", f"[{name}: {key}]({name})" if key else f"[{name}]({name})"
    accepted = (subject.root / "results" / "run.json").is_file()
    return "not exercised" if name.startswith("results/") and not accepted else "no", f"`{pointer}`"
