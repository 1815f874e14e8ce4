"""Tracing: from a number as it is printed to the places in a run's files where it stands in full."""

import csv
import json
import re

from .. import StudyError

NUMBER = re.compile(r"(<)?\s*([+\u2212-]?)(\d[\d,]*(?:\.(\d+))?(?:[eE]([+-]?\d+))?)\s*(%)?")
FILES = ("run.json", "explanation.json", "failures.json", "model/model.json")
TABLES = ("scores.csv", "predictions.csv")


def leaves(value, name=""):
    """
    Yield the numbers in nested facts, each with its dotted name.

    Examples
    --------
    >>> list(leaves({"a": [{"name": "x", "b": 1.5}], "c": True}))
    [('a[x].b', 1.5)]
    """
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            label = (
                next((one[key] for key in ("name", "metric", "feature") if key in one), n)
                if isinstance(one, dict)
                else n
            )
            yield from leaves(one, f"{name}[{label}]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value


def numbers(folder):
    """Yield (file, name, value) of every number in the files of a run."""
    for file in FILES:
        if (folder / file).is_file():
            yield from ((file, *one) for one in leaves(json.loads((folder / file).read_text(encoding="utf-8"))))
    if (folder / "ledger.jsonl").is_file():
        for n, line in enumerate((folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines(), start=1):
            yield from ((f"ledger.jsonl line {n}", *one) for one in leaves(json.loads(line)))
    for file in TABLES:
        with (folder / file).open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                place = " ".join(row[key] for key in ("kind", "name", "repeat", "seed", "fold", "row") if key in row)
                for key, text in row.items():
                    if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text):
                        yield file, f"{place}: {key}", float(text)


def matcher(text):
    """
    Return a function that tells whether a value is printed like this.

    Signs may stand before a number or not; a percentage is 100 times a value, or 100 times what it lacks of 1.

    Examples
    --------
    >>> matcher("+0.912")(0.91234), matcher("0.912")(0.9131), matcher("95 %")(0.05), matcher("< 0.001")(1e-9)
    (True, False, True, True)
    """
    found = NUMBER.fullmatch(text.replace("\u00a0", " ").strip())
    if found is None:
        raise StudyError(f"why: {text!r} is no number: such as 0.9123, +0.019, '95 %' or '< 0.001'")
    less, sign, digits, decimals, exponent, percent = found.groups()
    digits = digits.replace(",", "")
    if less:
        return lambda value: 0 <= value < float(digits)
    kind = f".{len(decimals or '')}{'e' if exponent else 'f'}"
    factor = 100 if percent else 1

    def matches(value):
        if sign in ("-", "\u2212") and value > 0:
            return False
        options = [abs(value) * factor, *([100 * (1 - value)] if percent else [])]
        return any(format(one, kind) == (f"{float(digits):{kind}}" if exponent else digits) for one in options)

    return matches


def why(folder, run, text):
    """
    Find where a printed number stands.

    Returns
    -------
    list of (str, str, float, str)
        File, name in it, value, and which stage wrote the file from what.
    """
    matches, wrote = matcher(text), {}
    for stage in run["stages"]:
        sources = [name for name in stage["reads"] if name not in run["sources"] or name.startswith("study/plan")]
        wrote |= dict.fromkeys(
            stage["writes"] or ["run.json"], f"stage {stage['name']}, from {', '.join(sources) or 'the study'}"
        )
    found = [one for one in numbers(folder) if matches(one[2])]
    found.sort(key=lambda one: one[1].startswith(("stages", "process", "seeds")))  # what is seldom meant comes last
    return [(file, name, value, wrote.get(file, "the record itself")) for file, name, value in found]
