"""Checks of the plan: it says beforehand what is asked, in a way that can be answered."""

import math
import re

from harness import files
from harness.checks.data import rows_valid
from harness.checks.registry import NotExercised, at, check, planned, read
from harness.exceptions import StudyError
from harness.method import plan

SENTENCES = ("claim", "falsified_by", "why", "agreed_with")
PLACEHOLDER = re.compile(
    r"\b(TODO|todo|TBD|TBA|FIXME|XXX+|[Ll]orem ipsum|[Pp]laceholder|[Ff]ill (this |me )?in)\b"
    r"|(?i:^\W*(n/?a|not applicable|not available|none|nothing|no idea|unknown|(as|see) above|to be \w+)?\W*$)"
)
IRREFUTABLE = re.compile(
    r"^\W*(nothing|none|no (outcome|experiment|data|one))\b.*\b(refut|falsif|disprov|contradict)"
    r"|\b(can(not| not|'t| never)|could (not|never)) (possibly )?be (refuted|falsified|disproved|wrong|false)\b"
    r"|\b(irrefutable|unfalsifiable|not falsifiable)\b|\btrue by definition\b|\balways (true|holds)\b",
    re.I,
)
EXCEPT = re.compile(r"\b(except|but|unless|other than|short of|less than|only)\b", re.I)


@check("P0", "study-readable", before_run=True)
def study_readable(root):
    """
    Plan, data and models are there, complete, and name nothing that the others do not have.

    Detected: the plan is read, each name in it is looked up, each model is built.
    Why: a key that is misspelt or left out is a decision that nobody took; a default would take it in silence.
    Do: correct what each line names; `python -m harness plan` prints every value and where it came from.
    """
    plan.read(root / files.PLAN)
    try:
        rows_valid(root)
    except StudyError:
        raise NotExercised("load() gives no valid table: D5 says why") from None
    read(root)


@check("P6", "claim-falsifiable", before_run=True)
def claim_falsifiable(root):
    """
    The claim can turn out wrong: the plan says which outcome would refute it, and who agreed to ask it so.

    Detected: `claim`, `falsified_by`, `why` and `agreed_with` are no placeholders, nor does `falsified_by` repeat the
        claim, or say that nothing refutes it.
    Why: a claim that no outcome can refute is not tested by any, however many models are fitted.
    Do: write into `falsified_by` which interval of the difference would make you give up the claim.
    """
    question = planned(root).question
    for key in SENTENCES:
        if PLACEHOLDER.search(said := getattr(question, key)):
            yield _told(root, key, f"is a placeholder, {said[:60]!r}: write what was decided")
    if IRREFUTABLE.search(question.falsified_by) and not EXCEPT.search(question.falsified_by):
        yield _told(root, "falsified_by", "says that nothing refutes the claim: name an interval that would")
    if _words(question.claim) == _words(question.falsified_by):
        yield _told(root, "falsified_by", "repeats the claim: say which outcome would refute it")


def _told(root, key, says):
    """Make evidence of a key of [question], with its line."""
    lines = (root / files.PLAN).read_text(encoding="utf-8").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if re.match(rf"\s*{key}\s*=", text)), None)
    return at(files.PLAN, f"[question] {key} {says}", line=line)


def _words(text):
    """Return the words of a sentence, in small letters."""
    return re.findall(r"\w+", text.lower())


def fewest(alpha, beta=0.05, gamma=1.0):
    """
    Tell how many pairs show that one model beats another in a share gamma of all pairs (Noether 1987).

    Notes
    -----
    The sample size of Bouthillier et al. (2021), "Accounting for variance in machine learning benchmarks", MLSys,
    appendix C: alpha of false alarms, beta of misses. They recommend gamma = 0.75, which asks for 29 pairs.

    Examples
    --------
    >>> [fewest(0.05, gamma=one) for one in (0.6, 0.7, 0.75, 0.9, 1.0)]
    [181, 46, 29, 12, 8]
    """
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    return math.ceil(((quantile(1 - alpha) - quantile(beta)) / (math.sqrt(6) * (0.5 - gamma))) ** 2)


@check("P7", "pairs-enough")
def pairs_enough(root):
    """
    The plan asks for enough pairs of scores that a difference could be seen, if there is one.

    Detected: folds x repeats x seeds against the sample size of Noether's test for a candidate that wins every single
        pair: 8 with alpha = 0.05 and as many misses (Bouthillier et al. 2021 recommend 29, which sees three wins in
        four).
    Why: with fewer pairs not even a candidate that always wins is told from luck, so the run cannot answer.
    Do: raise `repeats` in `[evaluation]`; with dependence = "time", `folds` or `seeds`.
    """
    stated = planned(root)
    one, needed = stated.evaluation, fewest(stated.question.alpha)
    if (pairs := one.folds * one.repeats * one.seeds) < needed:
        how = "folds" if stated.rows.dependence == "time" else "repeats"
        yield at(
            files.PLAN,
            f"[evaluation] {one.folds} folds x {one.repeats} repeats x {one.seeds} seeds are {pairs} pairs of scores; "
            f"alpha = {stated.question.alpha:g} takes {needed} even if the candidate wins each: raise {how}",
        )
