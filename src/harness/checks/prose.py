"""The check of what is told in words: a number beside the name of a planned metric is one of the record."""

import json
import re

from harness import scales, words
from harness.checks.engine import at, check
from harness.provenance import trace
from harness.report import template

PAGES = ("README.md", "MODEL_CARD.md")
MADE = f"{re.escape(template.BEGIN)}.*?{re.escape(template.END)}"
NOT_SAID = rf"\A---\n.*?\n---\n|{MADE}|<!--.*?-->|^```.*?^```|`[^`\n]*\s[^`\n]*`"  # made, commented out, or code
SENTENCE = re.compile(r"(?:[^.;!?\n]|[.](?!\s)|(?<=\bal)[.]|\n(?!\s*(?:\n|\||[-*#])))+")
NUMBER = re.compile(r"(?<![\w./-])\d+\.\d+(?![\w.]*\d)(?:\s*%)?")
CITED = re.compile(r"\bet al\b|https?:|\bdoi\b|\[@", re.I)  # the word of others
KEYS = ("plan", "rows", "estimates", "comparisons")  # of run.json
CURVES = ("dependence", "worst", "residuals.points", "bins", "grid")  # any number is among these


def numbers(folder, run):
    """List key and value of every number that tells of a result."""
    facts = {key: run[key] for key in KEYS} | {"budget": {entry["metric"]: entry for entry in run["budget"]}}
    facts |= {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("failures", "explanation")}
    facts["ledger"] = template.openings(folder)
    leaves = [(key, value) for key, value in trace.leaves(facts) if isinstance(value, int | float)]
    return [(key, value) for key, value in leaves if not any(part in key for part in CURVES)]


def sentences(text):
    r"""
    Yield line and text of each sentence of a page; a row of a table with the names of its columns.

    Examples
    --------
    >>> list(sentences("# A\n\nOne 0.5. Two\nlines.\n\n| model | AUC |\n|---|---|\n| forest | 0.9 |\n"))
    [(1, '# A'), (3, 'One 0.5'), (3, 'Two lines'), (6, '| model | AUC |'), (8, '| model | AUC | | forest | 0.9 |')]
    """
    text = re.sub(NOT_SAID, lambda match: "\n" * match[0].count("\n"), text, flags=re.S | re.M)
    header, last = "", 0
    for match in SENTENCE.finditer(text):
        if not (sentence := " ".join(match[0].split())):
            continue
        line = text.count("\n", 0, match.end() - len(match[0].lstrip())) + 1
        row = sentence.startswith("|")
        if not (row and header and line == last + 1):
            header = sentence if row else ""
            yield line, sentence
        elif not set(sentence) <= set("|-: "):
            yield line, f"{header} {sentence}"
        last = line


def named(metric, label=""):
    """
    Make a pattern of how people write the name of a metric, or its label.

    Examples
    --------
    >>> [bool(named(one).search("ROC AUC and log-loss")) for one in ("roc_auc", "neg_log_loss", "accuracy")]
    [True, True, False]
    >>> bool(named("mean_error", "MAE").search("The MAE is 0.2."))
    True
    """
    name = re.escape(metric.removeprefix("neg_").removeprefix("roc_")).replace("_", "[ _-]")
    return re.compile(rf"(?<![a-z])({name}|{re.escape(label or metric)})(?![a-z])", re.I)


@check("N4", "numbers-as-recorded", requires=("S2", "P5"))
def numbers_as_recorded(subject):
    """
    A number that README.md or MODEL_CARD.md give in a sentence with the name of a planned metric is in the result.

    Detected: each number with decimals there is looked up in results/, but not under another metric; a sentence that
        cites others (et al., an address) is left alone, and what stands between the marks.
    Why: numbers that were typed stay behind when the result moves on, and nobody can trace them.
    Do: take the number from the record (`harness runs why NUMBER`), or point to the table between the marks.
    """
    folder, run = subject.accepted
    known, shown = numbers(folder, run), scales.scales(run)
    for page in (subject.root / name for name in PAGES):
        for line, sentence in sentences(page.read_text(encoding="utf-8")) if page.is_file() else ():
            metrics = [metric for metric in run["metrics"] if named(metric, shown[metric].label).search(sentence)]
            if not metrics or CITED.search(sentence):
                continue
            others = [f".{metric}." for metric in run["metrics"] if metric not in metrics]
            own = [(key, value) for key, value in known if not any(other in key for other in others)]
            for number in NUMBER.findall(sentence):
                reads = trace.reader(number)
                if not any(reads(key, value) for key, value in own):
                    scale = shown[metrics[0]]
                    score = words.interval_text(scale.turned(run["estimates"]["role"]["candidate"].get(metrics[0])))
                    beside = f"{number} beside {scale.title}"
                    message = f"{beside} stands nowhere in results/ (the candidate has {score})"
                    yield at(page.name, f"{message}: correct it, or say whose it is", line)
