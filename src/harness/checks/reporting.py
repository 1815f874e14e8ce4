"""Checks of what is told of the result: numbers are those of the record, none stands bare."""

import json
import math
import re

from harness import words
from harness.checks import prose
from harness.checks.registry import NotExercised, accepted, at, check, fails, remembered
from harness.exceptions import StudyError
from harness.method import test_set
from harness.provenance import trace
from harness.publish import card

MEANT_ALONE = ("plan.", "rows.")  # what was decided or counted has no interval
BENCHMARK, ABLATION = r"benchmark|data ?set|breast|iris|wine|digits|diabetes", r"without|ablat|loses|costs|less"
SPOKEN_OF = {  # what is told of only in a paragraph with such a word
    "estimates.benchmark": BENCHMARK,
    "failures.learning": r"learn|rows|training|fewer|more data",
    "failures.calibration": r"brier|calibrat",
    "failures.residuals": r"residual|error",
    "failures.everyone": r"every",
    "explanation": r"shuffl|importan|permut|noise|shap|feature|without|loses|costs",
}
LOOKED = ("dependence", "worst", "residuals.points", "bins", "grid")  # curves and single rows: any number is among them
WITH_INTERVAL = re.compile(
    r"\u00b1|\+/?-|\binterval|\bCI\b|\bstandard (deviation|error)|\b(SD|SE|SEM)\b|\bbetween [-+\d.]+ and\b"
    r"|[\[(]\s*[-+\u2212]?\d[\d.]*\s*(,|;|to|-|\u2013)\s*[-+\u2212]?\d"
)


@check("N1", "card-as-recorded")
def card_as_recorded(root):
    """
    The numbers in MODEL_CARD.md and, where it shows them, README.md are those of the accepted result.

    Detected: what stands between the marks, and in the card's front matter, is made again and compared.
    Why: most readers see these pages alone.
    Do: `python -m harness card` writes them again; what you want to say yourself, say outside the marks.
    """
    accepted(root)
    try:
        test_set.entries(root)
    except StudyError:
        raise NotExercised("the card counts the openings, and the ledger is broken: T1 says where") from None
    if fails("P9", root):
        raise NotExercised("the record is not the one that was made: P9 says where; mend that first")
    for name in card.stale(root):
        yield f"{name}: its numbers are not those of results/: python -m harness card"


def facts(root):
    """Read the accepted result: its numbers [(key, value)], the keys of those that have an interval, and all of it."""
    folder, run = accepted(root)
    found = {key: value for key, value in run.items() if key in ("plan", "rows", "estimates", "comparisons", "budget")}
    for name in ("failures.json", "explanation.json"):
        if (folder / name).is_file():
            found[name[:-5]] = json.loads((folder / name).read_text(encoding="utf-8"))
    if (folder / "ledger.jsonl").is_file():
        lines = (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
        found["ledger"] = [json.loads(line) for line in lines]
    known = {key: one for key, one in trace.leaves(found) if not any(part in key for part in LOOKED)}
    numbers = [(key, one) for key, one in known.items() if isinstance(one, int | float)]
    bare = {key for key, _ in numbers if key.endswith(".value") and f"{key[:-5]}low" in known}
    return numbers, bare, known


def concerns(key, metric, run, known, text):
    """Whether the number under a key of the record may be one of a metric, in a sentence that speaks of such things."""
    for start, words in SPOKEN_OF.items():
        if key.startswith(start) and not re.search(words, text, re.I):
            return False
    if part := re.match(r"failures\.subgroups\[\d+\]", key):
        names = [str(known.get(f"{part[0]}.{one}") or "") for one in ("column", "part")]
        if names[0] and not any(one and one.lower() in text.lower() for one in names):
            return False
    if part := re.match(r"comparisons\[\d+\]", key):
        words = {"benchmark": BENCHMARK, "ablation": ABLATION}.get(known[f"{part[0]}.kind"], "")
        if not re.search(words, text, re.I):
            return False
    if ".posterior." in key or ".p_" in key:
        return bool(re.search(r"\bp\b|chance|probab", text))
    if part := re.match(r"(?:estimates\.\w+\.\w+|ledger\[\d+\]\.scores)\.(\w+)\.", key):
        return prose.family(part[1]) == metric
    if part := re.match(r"budget\[(\d+)\]", key):
        return prose.family(run["budget"][int(part[1])]["metric"]) == metric
    if key.startswith(("comparisons", "failures.subgroups", "failures.learning", "explanation")):
        return prose.family(run["metrics"][0]) == metric
    return True


@remembered
def told(root):
    """Find where each number stands that the author set beside a planned metric: [(score, keys of the record)]."""
    places = []
    (_, run), (numbers, _, known) = accepted(root), facts(root)
    other = run["plan"]["evaluation"]["benchmark"].removeprefix("load_").replace("_", " ").lower()
    metrics = {*map(prose.family, run["metrics"]), *(["neg_brier_score"] if run["task"] == "classification" else [])}
    for one in prose.scores(root):
        if one.metric in metrics:
            how, text = trace.reader(one.number), f"{one.said.text} {one.said.around}".lower()
            text += " benchmark" if other and re.search(rf"\b{other}\b", text.replace("_", " ")) else ""
            found = {key: value for key, value in numbers if how(key, value)}
            found = {key: value for key, value in found.items() if concerns(key, one.metric, run, known, text)}
            printed = float(re.sub(r"[^\d.]", "", one.number))
            exact = [key for key, value in found.items() if math.isclose(abs(value), printed)]  # 0.5 is no rounded 0.47
            places.append((one, exact or list(found)))
    return places


@check("N4", "prose-as-recorded")
def prose_as_recorded(root):
    """
    A number that README.md or MODEL_CARD.md give beside a metric's name stands in the accepted result.

    Detected: each number with decimals or % near the name of a planned metric, in your sentences and tables, is looked
        up in the record under that metric; sentences that cite others or wish for something are left alone.
    Why: numbers that were typed stay behind when the result moves on, and nobody can trace them.
    Do: take the number from the record (`python -m harness runs why NUMBER`), or point to the table between the marks.
    """
    for one, keys in told(root):
        if not keys:
            said = one.said
            own = accepted(root)[1]["estimates"]["role"]["candidate"].get(one.metric)
            known = f" (the candidate has {words.interval_text(own)})" if own else ""
            says = f"{one.number} beside {one.metric} stands nowhere in results/{known}"
            yield at(said.file, f"{says}: correct it, or name the metric it is of", said.line)


@check("N5", "interval-given")
def interval_given(root):
    """
    A score in README.md or MODEL_CARD.md stands with its interval, or with value and spread.

    Detected: where a number in your sentences is an estimate of the record that has an interval, its paragraph (or its
        row) has to give one: [low, high], a plus-minus, or the word.
    Why: a bare score hides how much of it is luck; two of them cannot be compared.
    Do: copy value and interval from the table between the marks, or from results/report.html.
    """
    accepted(root)
    _, bare, _ = facts(root)
    for one, keys in told(root):
        alone = keys and not any(key.startswith(MEANT_ALONE) for key in keys)
        if alone and bare.intersection(keys) and not WITH_INTERVAL.search(one.said.around):
            yield at(one.said.file, f"{one.number} beside {one.metric} has no interval: give it", one.said.line)
