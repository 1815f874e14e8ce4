"""Trace: from a number as it is printed to where it stands in the files of a run, at full precision."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from harness import scales
from harness.exceptions import StudyError
from harness.provenance import record, schema

NUMBER = re.compile(r"(<\s*)?([+-])?(\d+(?:\.(\d+))?(?:e[+-]?\d+)?)\s*(%)?", re.I)
ALONE = r"(?<![\w.])[+-]?{}(?!\w|\.\w)"  # a number in a text
STAGE = {"plan": "study/plan.toml", "rows": "read", "duplicates": "split", "seeds": "the plan's seed", "opened": "read"}
TURNED = (*scales.ENDS, "mean", "shift")  # last parts of keys of what is shown with the natural sign of a metric
JUDGED = (
    "estimates",
    "variants",
    "comparisons",
    "budget",
    "ablation_proofs",
    "fits",
    "trials",
    "tried",
    "outlook",
    "verdict",
    "reason",
)
STAGE |= dict.fromkeys(JUDGED, "judge")


class Place(NamedTuple):
    """Where a number stands."""

    file: str
    key: str  # with dots; of a table "line 7, roc_auc"
    value: object
    how: str  # the printed number is the value itself, or made from it


def leaves(value: object, key: str = "") -> Iterator[tuple[str, Any]]:
    """
    Yield key and value of everything in facts of any depth, and the lengths of lists.

    Examples
    --------
    >>> list(leaves({"a": [{"b": 0.5}]}))
    [('a (how many)', 1), ('a[0].b', 0.5)]
    """
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        yield f"{key} (how many)", len(value)
        for n, part in enumerate(value):
            yield from leaves(part, f"{key}[{n}]")
    elif value is not None and not isinstance(value, bool):
        yield key, value


def rows(path: Path) -> list[tuple[str, object]]:
    """Return the parts of a file, each with the start of its keys: a JSON file whole, others line by line."""
    if path.suffix == ".csv":
        table = pd.read_csv(path).select_dtypes("number").to_dict("records")
        return [(f"line {n}, ", part) for n, part in enumerate(table, 2)]
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return [("", json.loads(text))]
    return [(f"line {n}, ", json.loads(line)) for n, line in enumerate(text.splitlines(), 1)]


def reader(text: str) -> Callable[[str, Any], str | None]:
    """
    Make of a number as printed a function that says how a value gives that number, or None.

    Examples
    --------
    >>> how = reader("+0.0190")
    >>> how("value", 0.01899), how("value", -0.019), how("value", 0.0191), reader("0.019")("value", -0.019)
    ('itself', None, None, 'itself')
    >>> reader("95 %")("alpha", 0.05), reader("< 0.001")("p_holm", 1e-9)
    ('1 - value', 'itself')
    """
    printed = NUMBER.fullmatch(re.sub(r"\s+", " ", text.replace("\u2212", "-")).strip())
    if not printed:
        raise StudyError(f"why: {text!r} is no number. Write it as printed: 0.9123, +0.0190, 95 % or '< 0.001'.")
    below, sign, digits, decimals, percent = printed.groups()
    number, places, kind = float(digits), len(decimals or ""), "e" if "e" in digits.lower() else "f"
    alone = re.compile(ALONE.format(re.escape(digits)))

    def how(key: str, value: Any) -> str | None:
        if isinstance(value, str):
            return "in a text" if alone.search(value) and not below else None
        if below:
            return "itself" if key.rpartition(".")[2].startswith("p_") and 0 <= value < number else None
        if percent:  # as words.percent: one decimal, unless it is 0
            if round(100 * value, max(1, places)) == number:
                return "itself"
            return "1 - value" if key.endswith("alpha") and round(100 - 100 * value, max(1, places)) == number else None
        agrees = sign is None or (sign == "-") == (value < 0) or number == 0
        return "itself" if agrees and float(f"{abs(value):.{places}{kind}}") == number else None

    return how


def negated(run: dict[str, Any], key: str) -> bool:
    """Return whether what a key of a record holds is shown with the other sign, since lower is better."""
    known, last = scales.scales(run), key.rpartition(".")[2]
    if column := re.fullmatch(r"line \d+, (\w+)", key):
        return column[1] in known and known[column[1]].sign < 0
    if last not in TURNED:
        return False
    if entry := re.match(r"budget\[(\d+)\]", key):
        metric = run["budget"][int(entry[1])]["metric"]
    elif key.startswith(("comparisons", "subgroups", "learning")):
        metric = run["metrics"][0]
    else:
        metric = next((part for part in key.split(".") if part in known), "")
    return metric in known and known[metric].sign < 0


def why(folder: Path, text: str) -> list[Place]:
    """
    Find a printed number in the files of a run: first in what was planned or judged, exactly so, then elsewhere.

    Its decimals say how exactly to look. With a sign the sign counts, as it is shown; with % the value times 100, of an
    alpha also 1 minus it; after "<" any p-value below it.
    """
    told, exact, run = reader(text), re.sub(r"[^\d.]", "", text), record.read(folder)

    def how(key: str, value: Any) -> str | None:
        if isinstance(value, int | float) and negated(run, key):
            return told(key, -value) and "negated"
        return told(key, value)

    kinds = (".json", ".jsonl", ".csv")  # in this order, and of each kind the main file first
    paths = [path for path in folder.rglob("*") if path.suffix in kinds]
    paths.sort(key=lambda path: (kinds.index(path.suffix), path.name not in ("run.json", "scores.csv"), path))
    places = [
        Place(path.relative_to(folder).as_posix(), start + key, value, made)
        for path in paths
        for start, part in rows(path)
        for key, value in leaves(part)
        if (made := how(key, value))
    ]

    def order(place: Place) -> tuple[bool, bool, bool]:
        """Put first what was planned or judged, rather than seconds and sizes that are as large by chance."""
        judged = place.file == "run.json" and re.split(r"\W", place.key)[0] in ("plan", *JUDGED)
        return place.how == "in a text", not judged, str(place.value) != exact

    return sorted(places, key=order)


def meaning(run: dict[str, Any], place: Place) -> str:
    """Say in a line what stands at a place, and which stage wrote it from what."""
    top = re.split(r"\W", place.key)[0]
    maker = STAGE.get(top, "recorded at the start, or as used") if place.file == "run.json" else place.file
    stage = next((stage for stage in run["stages"] if maker in (stage["name"], *stage["writes"])), None)
    origin = f"stage {stage['name']!r}, from {', '.join(stage['reads'])}" if stage else maker
    if place.file != "run.json":
        return origin
    return f"{schema.MEANING[top]} {f'Made by {origin}' if stage else f'({maker})'}"
