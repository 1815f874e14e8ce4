"""What the author wrote in README.md and MODEL_CARD.md: its sentences, and the numbers beside the names of metrics."""

import bisect
import itertools
import re
from typing import NamedTuple

from harness.publish import card

PAGES = (card.README, card.CARD)
MADE = (rf"\A---\n.*?\n---\n|{re.escape(card.BODY[0])}.*?{re.escape(card.BODY[1])}", r"<!--.*?-->", r"^```.*?^```")
ENDS = re.compile(r"(?<![ (]al\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\b[Ff]ig\.)(?<!\bvs\.)(?<!\bcf\.)(?<=[.!?])[\"*_)]*\s+")
ITEM = re.compile(r"\s*([-*+]|\d+\.)\s|#|\s*\|")
# The word of others, and what is wished for: such sentences tell of no result.
CITED = re.compile(r"\bet al\b|[(,] ?(19|20)\d\d[a-z]?\)|https?:|\bdoi\b|\[@|\[\d+\]|\breported by\b", re.I)
WISHED = re.compile(
    r"\?$|\b(if|whether|would|should|could|may|might|must|needs?|required?s?|threshold|target|aims?|goal|expect\w*|"
    r"question|hypothes\w+|asks?|to test|unless|until|suppose\w*)\b",
    re.I,
)
DENIED = re.compile(r"\b(not|no|never|neither|nor|none|without|cannot|fails?|failed|hardly|nothing)\b|n't\b", re.I)
METRICS = {  # as scikit-learn begins the name of the scorer: as people write it
    "balanced_accuracy": r"balanced[ _]accuracy",
    "top_k_accuracy": r"top[ _-]?\d?k?[ _-]accuracy",
    "average_precision": r"average[ _]precision|pr[ _-]auc|auprc",
    "roc_auc": r"roc[ _-]?auc|auroc|auc",
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall|sensitivity",
    "f1": r"f1(?:[ _-](?:score|macro|micro|weighted))?",
    "matthews_corrcoef": r"mcc|matthews[ _]corr\w*(?: coefficient)?",
    "jaccard": r"jaccard(?:[ _](?:score|index))?|iou",
    "neg_log_loss": r"(?:neg_)?log[ _-]?loss|cross[- ]entropy",
    "neg_brier_score": r"(?:neg_)?brier(?:[ _]score)?",
    "r2": r"r2(?:[ _]score)?|r\^2|r\u00b2",
    "neg_root_mean_squared_error": r"(?:neg_)?root[ _]mean[ _]squared?[ _]error|rmse",
    "neg_mean_absolute_percentage_error": r"(?:neg_)?mean[ _]absolute[ _]percentage[ _]error|mape",
    "neg_median_absolute_error": r"(?:neg_)?median[ _]absolute[ _]error",
    "neg_mean_absolute_error": r"(?:neg_)?mean[ _]absolute[ _]error|mae",
    "neg_mean_squared_error": r"(?:neg_)?mean[ _]squared?[ _]error|mse",
    "explained_variance": r"explained[ _]variance",
}
NAMED = re.compile(rf"(?<!\w)(?:{'|'.join(f'(?P<m{n}>{one})' for n, one in enumerate(METRICS.values()))})(?!\w)", re.I)
NUMBER = re.compile(r"(?<![\w.,/-])[-+\u2212]?(?:\d+\.\d+(?![\w.]*\d)|\d+(?=\s*%))(?:\s*%)?(?!\w)")
UNIT = re.compile(
    r"\s*(?:[kcmun\u00b5]?[mgsWVAJ]|ml|years?|days?|hours?|h|min|GB|MB|\u00b0\w?|rows?|of|interval|confidence|CI)\b"
)
NO_SCORE = re.compile(r"(?:version|python|scikit-learn|numpy|v|section|table|fig(?:ure)?\.?|p\s*[=<>]|[<>]=)\s*$", re.I)
PLAIN = ("accuracy", "precision", "recall")  # words of every day: a number has to follow at once, or come just before
LINK = re.compile(r"[\s(]*(score|of|is|was|are|were|at|=|:|reache[sd]|about|roughly|only|up to|~|[\s(])*", re.I)
BEFORE, AFTER, WHOLE = 60, 25, 15  # characters between a name and its number; fewer where the number has no decimals


class Sentence(NamedTuple):
    """A sentence, or a cell of a table with the names of its row and its column."""

    file: str
    line: int
    text: str
    around: str  # the paragraph, or the row


class Score(NamedTuple):
    """A number beside the name of a metric."""

    number: str
    metric: str  # a key of METRICS
    said: Sentence


def family(metric):
    """
    Name the key of METRICS that a scorer belongs to; itself, if it is none.

    Examples
    --------
    >>> family("f1_macro"), family("roc_auc_ovr"), family("max_error")
    ('f1', 'roc_auc', 'max_error')
    """
    return next((one for one in METRICS if metric.startswith(one)), metric)


def sentences(root):
    """Yield every sentence of the author's in the pages, without what is made, commented out, or code."""
    for name in PAGES:
        if (root / name).is_file():
            yield from split(name, (root / name).read_text(encoding="utf-8"))


def split(name, text):
    r"""
    Split a page into sentences.

    Examples
    --------
    >>> page = "# Title\n\nOne. Two\nlines.\n\n| model | AUC |\n|---|---|\n| forest | 0.9 |\n"
    >>> [(one.line, one.text) for one in split("README.md", page)]
    [(1, '# Title'), (3, 'One.'), (3, 'Two lines.'), (8, 'forest, AUC: 0.9')]
    """
    for pattern in MADE:
        text = re.sub(pattern, lambda found: "\n" * found[0].count("\n"), text, flags=re.S | re.M)
    paragraph, header = [], None
    for number, line in [*enumerate(text.splitlines(), 1), (0, "")]:
        row, starts = line.lstrip().startswith("|"), ITEM.match(line) or not line.strip()
        if paragraph and (starts or paragraph[0][1].startswith("#")):
            yield from _said(name, paragraph)
            paragraph = []
        if row and header is not None and set(line) - set("|-: "):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            told = [f"{cells[0]}, {column}: {cell}" for column, cell in zip(header[1:], cells[1:], strict=False)]
            yield from (Sentence(name, number, one, line) for one in told)
        elif row and header is None:
            header = [cell.strip() for cell in line.strip().strip("|").split("|")]
        elif not row:
            header = None
            paragraph += [(number, line.strip())] * bool(line.strip())


def _said(name, lines):
    """Yield the sentences of a paragraph, each with the line where it starts."""
    whole, place = " ".join(line for _, line in lines), 0
    ends = list(itertools.accumulate(len(line) + 1 for _, line in lines))
    for end in [*(one.end() for one in ENDS.finditer(whole)), len(whole)]:
        if said := whole[place:end].strip():
            yield Sentence(name, lines[bisect.bisect(ends, place)][0], said, whole)
        place = end


def scores(root):
    """Yield each number beside the name of a metric, where a sentence tells of a result of this study."""
    for one in sentences(root):
        if not (CITED.search(one.text) or WISHED.search(one.text)):
            for number, metric in beside(one.text):
                yield Score(number, metric, one)


def beside(text):
    """
    Yield number and metric of each number in a sentence that stands beside the name of one.

    Examples
    --------
    >>> list(beside("It reaches an AUC of 0.91 (R2 0.5), in 95 % of 3.5 mm, and 88 % accuracy with numpy 2.1."))
    [('0.91', 'roc_auc'), ('0.5', 'r2'), ('88 %', 'accuracy')]
    """
    text = text.replace("`", " ").replace("*", " ")
    names = [(one.start(), one.end(), list(METRICS)[int(one.lastgroup[1:])]) for one in NAMED.finditer(text)]
    for found in NUMBER.finditer(text):
        far = BEFORE if "." in found[0] else WHOLE
        before = [(name, text[end : found.start()]) for start, end, name in names if 0 <= found.start() - end <= far]
        after = [(name, text[found.end() : start]) for start, end, name in names if 0 <= start - found.end() <= AFTER]
        both = [[name for name, gap in one if name not in PLAIN or LINK.fullmatch(gap)] for one in (before, after)]
        none = UNIT.match(text, found.end()) or NO_SCORE.search(text[: found.start()])
        if not none and any(both):
            yield found[0], both[0][-1] if both[0] else both[1][0]
