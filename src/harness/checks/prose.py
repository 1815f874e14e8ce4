"""The check of what is told in words: a number beside the name of a planned metric is one of the record."""

import json
import re

from harness import words
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


def facts(folder, run):
    """List key and value of every number that tells of a result."""
    found = {key: run[key] for key in KEYS} | {"budget": {one["metric"]: one for one in run["budget"]}}
    found |= {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("failures", "explanation")}
    if (ledger := folder / "ledger.jsonl").is_file():
        found["ledger"] = [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]
    leaves = [(key, one) for key, one in trace.leaves(found) if isinstance(one, int | float)]
    return [(key, one) for key, one in leaves if not any(part in key for part in CURVES)]


def sentences(text):
    r"""
    Yield line and text of each sentence of a page; a row of a table with the names of its columns.

    Examples
    --------
    >>> list(sentences("# A\n\nOne 0.5. Two\nlines.\n\n| model | AUC |\n|---|---|\n| forest | 0.9 |\n"))
    [(1, '# A'), (3, 'One 0.5'), (3, 'Two lines'), (6, '| model | AUC |'), (8, '| model | AUC | | forest | 0.9 |')]
    """
    text = re.sub(NOT_SAID, lambda found: "\n" * found[0].count("\n"), text, flags=re.S | re.M)
    header, last = "", 0
    for found in SENTENCE.finditer(text):
        said = " ".join(found[0].split())
        line = text.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1
        if not said.startswith("|"):
            header = ""
        elif not header or line > last + 1:
            header = said
        elif set(said) <= set("|-: "):
            last = line
            continue
        else:
            said = f"{header} {said}"
        last = line
        if said:
            yield line, said


def named(metric):
    """
    Make a pattern of how people write the name of a metric.

    Examples
    --------
    >>> [bool(named(one).search("ROC AUC and log-loss")) for one in ("roc_auc", "neg_log_loss", "accuracy")]
    [True, True, False]
    """
    name = re.escape(metric.removeprefix("neg_").removeprefix("roc_")).replace("_", "[ _-]")
    return re.compile(rf"(?<![a-z]){name}(?![a-z])", re.I)


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
    known = facts(folder, run)
    for name in PAGES:
        path = subject.root / name
        for line, said in sentences(path.read_text(encoding="utf-8")) if path.is_file() else ():
            metrics = [metric for metric in run["metrics"] if named(metric).search(said)]
            others = [metric for metric in run["metrics"] if metric not in metrics]
            for number in NUMBER.findall(said) if metrics and not CITED.search(said) else ():
                how = trace.reader(number)
                if not any(how(key, one) for key, one in known if not any(f".{it}." in key for it in others)):
                    own = words.interval_text(run["estimates"]["role"]["candidate"].get(metrics[0]))
                    says = f"{number} beside {metrics[0]} stands nowhere in results/ (the candidate has {own})"
                    yield at(name, f"{says}: correct it, or say whose it is", line)
