"""
The verdict: the plan's comparisons, and a rule that was written before the result.

Superiority by a margin and equivalence within it are read off one interval, as clinical trials do (ICH E9, 1998, 3.3).
"""

from typing import Any

import numpy as np
import pandas as pd

from harness.method import statistics
from harness.method.statistics import Estimate
from harness.plan.plan import Plan
from harness.plan.sections import Question

EXACT = ("accuracy", "balanced_accuracy", "roc_auc")  # of which `statistics.perfect` knows what exceptions cost
# The rule. The first row whose condition holds decides. `d` estimates how far the candidate is from the other in the
# direction of the claim, `floor` how far it is above the floor, `p` is Holm's p-value of "d is at most the margin".
RULE = (
    (
        "no conclusion",
        "the differences from the floor do not vary, or are fewer than two, so they have no interval",
        lambda d, floor, p, question: floor.low is None,
    ),
    (
        "no conclusion",
        "the differences do not vary, or are fewer than two, so they have no interval",
        lambda d, floor, p, question: d.low is None,
    ),
    ("no conclusion", "the candidate is not shown to beat the floor", lambda d, floor, p, question: floor.low <= 0),
    (
        "supported",
        "the whole interval lies beyond the margin",
        lambda d, floor, p, question: d.low > question.margin and p <= question.alpha,
    ),
    (
        "no conclusion",
        "the whole interval lies beyond the margin, but not after Holm's correction for the family of comparisons",
        lambda d, floor, p, question: d.low > question.margin,
    ),
    (  # Nothing could have failed such a test: it has no "assay sensitivity" (ICH E10, 2000, section 1.5).
        "no conclusion",
        "the margin is as wide as the candidate's gain on the floor, so that the floor would be equivalent too",
        lambda d, floor, p, question: (
            -question.margin < d.low and d.high < question.margin and floor.low <= question.margin
        ),
    ),
    (
        "equivalent",
        "the whole interval lies between minus margin and margin",
        lambda d, floor, p, question: -question.margin < d.low and d.high < question.margin,
    ),
    (
        "not supported",
        "even the end of the interval that favours the claim does not reach the margin",
        lambda d, floor, p, question: d.high < question.margin,
    ),
    ("no conclusion", "the margin lies inside the interval", lambda d, floor, p, question: True),
)


def decide(difference: Estimate, floor: Estimate, p_holm: float | None, question: Question) -> tuple[str, str]:
    """
    Return verdict and reason on the claim that the candidate differs from another by more than the margin.

    ``difference`` is the candidate minus the other, ``floor`` the candidate minus the floor, ``p_holm`` the adjusted
    p-value of "the difference is at most the margin".
    """
    claimed = towards_claim(difference, question)
    return next((word, why) for word, why, holds in RULE if holds(claimed, floor, p_holm, question))


def towards_claim(difference: Estimate, question: Question) -> Estimate:
    """Turn a difference round if the candidate is claimed to score lower."""
    value, low, high = difference.value, difference.low, difference.high
    if question.direction == "better" or value is None or low is None or high is None:
        return difference
    return difference._replace(value=-value, low=-high, high=-low)


def compare(plan: Plan, scores: pd.DataFrame, rarest: int = 0) -> dict[Any, Estimate]:
    """
    Compare the candidate with every other role, with itself less each ablated part, and with the benchmark's roles.

    Return by (kind, name) the candidate minus the named one, on the primary metric, paired by repeat and fold; means
    over model seeds. ``rarest`` is how many groups hold the rarest class, 0 if that is not known.
    """
    differences = {}
    for home, kinds in (("role", ["role", "ablation"]), ("benchmark", ["benchmark"])):
        fits = scores[scores["kind"].isin(kinds)]
        if fits.empty:
            continue
        means = fits.pivot_table(plan.metric_names[0], ["repeat", "fold"], ["kind", "name"], sort=False)
        # Sizes count rows; counted in groups the mean ratio is alike, since every group is tested once a repeat. Where
        # parts differ in size (groups, folds in the order of time) the mean of the ratios is more than the ratio of the
        # means, so the interval is rather too wide than too narrow.
        ratio = float((fits["n_test"] / fits["n_train"]).mean())
        for other in means.columns.drop((home, "candidate"), errors="ignore"):
            pair = means[home, "candidate"].to_numpy(), means[other].to_numpy()
            # What is left of equal scores after summing in another order is no difference.
            last_digit = 1e-12 * float(np.abs(pair).max())
            values = np.where(np.abs(pair[0] - pair[1]) > last_digit, pair[0] - pair[1], 0.0)
            differences[other] = statistics.corrected_interval(values, ratio, plan.confidence)
            exact = home == "role" and rarest and plan.metric_names[0] in EXACT and len(values) > 1
            if exact and differences[other].low is None and (pair[0] >= 1 - last_digit).all():
                differences[other] = statistics.perfect(float(min(1.0, pair[1].mean())), rarest, plan.confidence)
    return differences


def estimates(plan: Plan, scores: pd.DataFrame, kind: str) -> dict[Any, dict[str, Any]]:
    """Return of every model of a kind, by name and metric, its `statistics.Estimate` as a dict, None if undefined."""
    by_name = {}
    for name, fits in scores[scores["kind"] == kind].groupby("name", sort=False):
        values = fits.groupby(["repeat", "fold"])[plan.metric_names].mean()  # over model seeds
        values = values.loc[:, values.notna().all()]
        ratio = float((fits["n_test"] / fits["n_train"]).mean())
        known = [(metric, plan.scales[metric].limits) for metric in plan.metric_names if metric in values]
        defined = {
            metric: statistics.corrected_interval(values[metric], ratio, plan.confidence, limits)._asdict()
            for metric, limits in known
        }
        by_name[name] = {metric: defined.get(metric) for metric in plan.metric_names}
    return by_name


def judge(plan: Plan, scores: pd.DataFrame, rarest: int = 0) -> dict[str, Any]:
    """
    Judge the long table of scores by the plan, as the record states it; ``rarest`` as `compare` takes it.

    Returns
    -------
    dict
        ``estimates``: kind ("role", "benchmark", "variant"), name, metric -> estimate; ``verdict`` and
        ``reason``, on the rival;
        ``comparisons``, a list of dict: ``kind``, ``name``, the fields of `compare`'s estimate; ``p_claim``, of "d is
        at most the margin"; ``p_holm``, which is ``p_claim`` adjusted over the plan's family or, for ablations,
        ``p_value`` over all of them; ``posterior`` with the margin as region of practical equivalence;
        ``confirmatory`` (in the family) and, if so, ``verdict`` and ``reason``.
    """
    question, compared = plan.question, compare(plan, scores, rarest)
    family: list[tuple[str, str]] = [("role", name) for name in dict.fromkeys(question.family)]
    claims = {
        other: statistics.p_above(towards_claim(estimate, question), question.margin)
        for other, estimate in compared.items()
    }
    ablations = [other for other in compared if other[0] == "ablation"]
    adjusted = dict(zip(family, statistics.holm([claims[other] for other in family]), strict=True))
    adjusted |= dict(zip(ablations, statistics.holm([compared[other].p_value for other in ablations]), strict=True))
    comparisons = []
    for other, estimate in compared.items():
        word, why = None, None
        if other in family:
            word, why = decide(estimate, compared["role", "floor"], adjusted[other], question)
        comparison = {"kind": other[0], "name": other[1], **estimate._asdict()}
        comparison |= {
            "p_claim": claims[other],
            "p_holm": adjusted.get(other),
            "posterior": statistics.posterior(estimate, question.margin),
            "confirmatory": other in family,
            "verdict": word,
            "reason": why,
        }
        comparisons.append(comparison)
    rival = comparisons[list(compared).index(("role", "rival"))]
    return {
        "estimates": {kind: estimates(plan, scores, kind) for kind in ("role", "benchmark", "variant")},
        "verdict": rival["verdict"],
        "reason": rival["reason"],
        "comparisons": comparisons,
    }
