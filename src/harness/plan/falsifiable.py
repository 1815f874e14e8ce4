"""A question that can be answered: its sentences were decided, its claim can fail, its pairs can tell."""

import math
import re
from collections.abc import Iterator
from statistics import NormalDist
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

PLACEHOLDER = re.compile(r"\b(TODO|TBD|TBA|FIXME|XXX+)\b|\b(lorem ipsum|placeholder)\b|^\W*to be \w+\W*$", re.I)
IRREFUTABLE = re.compile(
    r"^\W*(nothing|no (one|body|outcome|result|data)) (can|could|would|will|may|might)\b|\b(irrefut|unfalsifi)able\b"
    r"|\b(cannot|can ?not|can't|could not|never) be (refuted|falsified|wrong|false)\b",
    re.I,
)


def decided(sentence: str) -> str:
    """Return a sentence of the plan, unless it is a placeholder."""
    if PLACEHOLDER.search(sentence):
        raise PydanticCustomError("placeholder", "It is a placeholder: write what was decided")
    return sentence


Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
Decided = Annotated[Sentence, AfterValidator(decided)]


def unanswerable(claim: str, falsified_by: str) -> str | None:
    """
    Return the reason why no outcome can refute a claim; None if an outcome can.

    Examples
    --------
    >>> unanswerable("A is better.", "a is  better!"), unanswerable("A is better.", "Nothing but a tie does.")
    ('it repeats the claim: say which outcome would refute it', None)
    """
    if re.findall(r"\w+", claim.lower()) == re.findall(r"\w+", falsified_by.lower()):
        return "it repeats the claim: say which outcome would refute it"
    if IRREFUTABLE.search(falsified_by):
        return "nothing refutes the claim by it: name an interval that would"
    return None


def fewest(alpha: float, beta: float = 0.05, gamma: float = 1.0) -> int:
    """
    Return how many pairs show that one model beats another in a share gamma of all pairs (Noether 1987).

    Notes
    -----
    The sample size of Bouthillier et al. (2021), "Accounting for variance in machine learning benchmarks", MLSys,
    appendix C: alpha of false alarms, beta of misses. They recommend gamma = 0.75, which asks for 29 pairs.

    Examples
    --------
    >>> [fewest(0.05, gamma=gamma) for gamma in (0.6, 0.7, 0.75, 0.9, 1.0)]
    [181, 46, 29, 12, 8]
    """
    quantile = NormalDist().inv_cdf
    return math.ceil(((quantile(1 - alpha) - quantile(beta)) / (math.sqrt(6) * (0.5 - gamma))) ** 2)


def senseless(plan: Any) -> Iterator[str]:
    """Yield a sentence for each reason why the plan cannot be answered; a plan that was recorded is read as it was."""
    if reason := unanswerable(plan.question.claim, plan.question.falsified_by):
        yield f"[question] falsified_by: {reason}"
    folds, repeats, seeds = plan.evaluation.folds, plan.evaluation.repeats, plan.evaluation.seeds
    needed = fewest(plan.question.alpha)
    if folds * repeats * seeds < needed:
        key = "folds or seeds" if plan.rows.cut_once else "repeats"
        yield (
            f"[evaluation]: {folds} folds x {repeats} repeats x {seeds} seeds are {folds * repeats * seeds} pairs of "
            f"scores, and with alpha = {plan.question.alpha:g} it takes {needed}, even if the candidate wins each: "
            f"raise {key}"
        )
