"""What a pointer leads to: "file", "file#dotted.key", "file.md#Heading" or "check CODE"."""

import functools
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
kept: Any = functools.lru_cache(maxsize=8)  # many pointers lead to the same file, which is read and never changed
READERS = {".json": kept(json.loads), ".toml": kept(tomllib.loads), ".cff": kept(yaml.safe_load)}
PLACEHOLDER = re.compile(r"\*[^*]+\*|_[^_]+_|\[More Information Needed\]")  # a paragraph wholly in italics


def section(text: str, title: str) -> str | None:
    """Return what stands under the heading that begins so; None if it is empty or still has a placeholder."""
    parts, depth, found = re.split(r"^(#+) +(.+)\n", text + "\n", flags=re.M), 0, []
    for marks, heading, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if depth and len(marks) <= depth:
            break
        if depth or heading.lower().startswith(title.lower()):
            depth = depth or len(marks)
            found += re.split(r"\n\s*\n", re.sub(r"<!--.*?-->", "", body, flags=re.S).strip())
    found = [one for one in found if one]
    return None if any(map(PLACEHOLDER.fullmatch, found)) else "\n\n".join(found) or None


def value(root: Path, pointer: str) -> Any:
    """What a pointer to a file, or to a place in it, leads to; None if there is nothing."""
    name, _, key = pointer.partition("#")
    path = root / name
    if not path.is_file() or not (text := path.read_text(encoding="utf-8")).strip():
        return None
    if not key or path.suffix == ".md":
        return section(text, key) if key else name
    try:
        found = READERS[path.suffix](text)
    except (ValueError, yaml.YAMLError) as error:
        raise StudyError(f"{name} cannot be read: {error}; mend it, then `harness card`") from None
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return None if found in (None, "", [], {}) else found


def exercised(subject: Subject, pointer: str) -> tuple[str, str]:
    """Whether the evidence is there, "yes", "no" or "not exercised", and a link to it, or the check's code."""
    if pointer.startswith(CHECK):
        registered()
        status = run_check(by_code(pointer.removeprefix(CHECK)), subject)[0]
        return {"passed": "yes", "failed": "no"}.get(status, "not exercised"), pointer
    name, _, key = pointer.partition("#")
    if value(subject.root, pointer) is not None:
        return "yes", f"[{name}: {key}]({name})" if key else f"[{name}]({name})"
    accepted = (subject.root / "results" / "run.json").is_file()
    return "not exercised" if name.startswith("results/") and not accepted else "no", f"`{pointer}`"
