"""The verdict: its rule row by row, its comparisons, and how often it is wrong about models that are equally good."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta
from sklearn.model_selection import RepeatedStratifiedKFold

from harness.method.statistics import Estimate, corrected_interval
from harness.method.verdict import RULE, compare, decide, judge
from harness.scales import scale

SCALES = {"score": scale("score", {"greater_is_better": True})}
ROLES = ["floor", "linear", "domain", "rival", "candidate"]


def a_plan(margin=0.02, direction="better", family=("rival",), alpha=0.05):
    question = SimpleNamespace(margin=margin, direction=direction, family=list(family), alpha=alpha)
    return SimpleNamespace(question=question, metric_names=["score"], scales=SCALES, confidence=1 - alpha)


def table(values, kind="role", train=80, test=20):
    """Turn name -> scores of 5 folds, repeat after repeat, into rows of the long table."""
    rows = [
        {"kind": kind, "name": name, "repeat": n // 5, "seed": 0, "fold": n % 5, "score": score}
        for name, scores in values.items()
        for n, score in enumerate(scores)
    ]
    return pd.DataFrame(rows).assign(n_train=train, n_test=test)


D = np.array([0.02, 0.01, 0.03, 0.00, 0.04])  # mean 0.02, interval [-0.009449, 0.049449] on 5 folds of 80 and 20 rows
BASE = np.array([0.8, 0.7, 0.9, 0.75, 0.85])


def roles(**differences):
    """Return the roles' scores: the candidate is so much better than each, fold by fold, or about 0.3."""
    others = {role: BASE - differences.get(role, 0.3 + D) for role in ROLES[:-1]}
    return table(others | {"candidate": BASE})


def estimate(low, high, shift=0.0):
    return Estimate((low + high) / 2 + shift, low, high, 0.01, 0.5, 25)


@pytest.mark.parametrize(
    ("rival", "floor", "p_holm", "verdict", "reason"),
    [
        ((0.03, 0.05), (0.2, 0.4), 0.01, "supported", "beyond the margin"),
        ((0.03, 0.05), (0.2, 0.4), 0.06, "no conclusion", "Holm"),
        ((0.02, 0.05), (0.2, 0.4), 0.05, "no conclusion", "inside"),  # the margin itself is not above the margin
        ((0.01, 0.03), (0.2, 0.4), 0.50, "no conclusion", "inside"),
        ((-0.03, 0.03), (0.2, 0.4), 1.0, "no conclusion", "inside"),
        ((-0.01, 0.01), (0.2, 0.4), 1.0, "equivalent", "between minus margin and margin"),
        ((0.005, 0.015), (0.2, 0.4), 1.0, "equivalent", "between"),  # better, by less than is worth having
        ((-0.01, 0.01), (0.01, 0.4), 1.0, "no conclusion", "the floor would be equivalent too"),
        ((-0.01, 0.01), (0.03, 0.4), 1.0, "equivalent", "between"),
        ((-0.02, 0.01), (0.2, 0.4), 1.0, "not supported", "favours"),
        ((-0.05, -0.03), (0.2, 0.4), 1.0, "not supported", "favours"),
        ((0.03, 0.05), (0.0, 0.4), 0.01, "no conclusion", "floor"),  # what does not beat the floor ends there
        ((-0.01, 0.01), (-0.1, 0.4), 1.0, "no conclusion", "floor"),
        ((-0.05, -0.03), (-0.4, -0.1), 1.0, "no conclusion", "floor"),
    ],
)
@pytest.mark.parametrize("direction", ["better", "worse"])
def test_the_rule(rival, floor, p_holm, verdict, reason, direction):
    rival = rival if direction == "better" else (-rival[1], -rival[0])
    question = a_plan(direction=direction).question
    word, why = decide(estimate(*rival), estimate(*floor), p_holm, question)
    assert word == verdict and reason in why


def test_the_rule_without_an_interval():
    flat, clear = Estimate(0.5, n=25), estimate(0.4, 0.6)
    assert decide(flat, clear, None, a_plan().question) == RULE[1][:2]
    assert decide(clear, flat, 0.001, a_plan().question) == RULE[0][:2]


def test_every_row_of_the_rule_is_told_in_words():
    assert {word for word, _, _ in RULE} == {"supported", "not supported", "equivalent", "no conclusion"}
    assert len({why for _, why, _ in RULE}) == len(RULE)


def test_comparisons_by_hand():
    scores = pd.concat([roles(rival=D), table({"without_a": BASE - 2 * D, "without_b": BASE + D}, "ablation")])
    found = {one["name"]: one for one in judge(a_plan(), scores)["comparisons"]}
    assert list(found) == ["floor", "linear", "domain", "rival", "without_a", "without_b"]
    rival = found["rival"]
    assert [rival["low"], rival["high"]] == pytest.approx([-0.009449, 0.049449], abs=5e-7)
    assert rival["p_value"] == pytest.approx(0.132419, abs=5e-7) and rival["n"] == 5
    assert rival["p_claim"] == pytest.approx(1)  # the value is the margin
    assert rival["error"] == pytest.approx(math.sqrt(0.45 * 0.00025))
    # at alpha = .2 the interval is one of 80 %: 1.533206 standard errors each way
    assert compare(a_plan(alpha=0.2), scores)["role", "rival"].low == pytest.approx(0.003738, abs=5e-7)
    assert found["without_a"]["value"] == pytest.approx(0.04) and found["without_b"]["value"] == pytest.approx(-0.02)
    assert [one["confirmatory"] for one in found.values()] == [False, False, False, True, False, False]
    assert [one["verdict"] for one in found.values() if one["name"] != "rival"] == [None] * 5
    # ablations are a family of their own, of a difference of zero: twice the p-value of the hand case
    assert found["without_a"]["p_holm"] == found["without_b"]["p_holm"] == pytest.approx(2 * 0.132419, abs=1e-6)
    assert found["domain"]["p_holm"] is None


def test_a_family_pays_for_its_size():
    """Beyond the margin by t = 3 on 24 degrees of freedom, p = .0062: among ten such p-values it would be .062."""
    spread = np.tile(D, 5) - 0.02
    error = corrected_interval(spread, 1 / 4).error
    clear = 0.02 + 3 * error + spread
    scores = table({role: np.tile(BASE, 5) - (clear if role == "rival" else 0.3 + spread) for role in ROLES[:-1]})
    scores = pd.concat([scores, table({"candidate": np.tile(BASE, 5)})])
    alone = judge(a_plan(), scores)
    rival = next(one for one in alone["comparisons"] if one["name"] == "rival")
    assert alone["verdict"] == "supported" and rival["p_holm"] == rival["p_claim"] == pytest.approx(0.0062, abs=5e-5)
    # Held against two more that are as close, at alpha = .01: 3 x .0062 is too much, though each interval is clear.
    close = scores["name"].isin(["linear", "domain"])
    scores.loc[close, "score"] = np.tile(scores.loc[scores["name"] == "rival", "score"], 2)
    family = a_plan(family=["rival", "linear", "domain"], alpha=0.01)
    many = judge(family, scores)
    rival = next(one for one in many["comparisons"] if one["name"] == "rival")
    assert rival["low"] > 0.02 and rival["p_holm"] == pytest.approx(3 * 0.0062, abs=2e-4)
    assert many["verdict"] == "no conclusion" and "Holm" in many["reason"]
    for alone in (["rival"], ["rival", "rival"]):  # named twice is still one
        assert judge(a_plan(family=alone, alpha=0.01), scores)["verdict"] == "supported"


def test_the_claim_may_be_that_it_scores_lower():
    cheap = roles(rival=-0.3 - D)
    assert judge(a_plan(direction="worse"), cheap)["verdict"] == "supported"
    assert judge(a_plan(direction="better"), cheap)["verdict"] == "not supported"
    rival = judge(a_plan(direction="worse"), cheap)["comparisons"][3]
    assert (
        rival["value"] == pytest.approx(-0.32) and rival["posterior"]["worse"] > 0.99
    )  # as recorded: candidate - rival


def test_model_seeds_are_averaged_before_folds_are_counted():
    """Seeds of one fold are no new folds: two that differ by chance leave the interval of their mean."""
    first, second = roles(rival=D), roles(rival=D).assign(seed=1)
    noise = np.array([0.05, -0.03, 0.02, -0.01, 0.04])
    for scores, sign in ((first, 1), (second, -1)):
        scores.loc[scores["name"] == "candidate", "score"] += sign * noise
    found = compare(a_plan(), pd.concat([first, second]))
    assert found["role", "rival"] == pytest.approx(corrected_interval(D, 1 / 4))


def test_groups_of_the_study_bound_nothing_on_the_benchmark():
    plan = a_plan()
    plan.metric_names, plan.scales = ["roc_auc"], {"roc_auc": scale("roc_auc")}
    values = {role: np.full(5, 0.5) for role in ROLES} | {"candidate": np.ones(5)}
    both = pd.concat([table(values), table(values, "benchmark")]).rename(columns={"score": "roc_auc"})
    found = compare(plan, both, rarest=100)
    assert found["role", "rival"].low is not None and found["benchmark", "rival"].low is None


def test_the_benchmark_is_compared_with_itself():
    benchmark = table({"rival": BASE + D, "candidate": BASE + 3 * D}, "benchmark", train=160, test=40)
    found = compare(a_plan(), pd.concat([roles(rival=D), benchmark]))
    assert found["benchmark", "rival"] == pytest.approx(corrected_interval(2 * D, 1 / 4))
    assert ("benchmark", "candidate") not in found and ("role", "candidate") not in found


def test_folds_that_grow_take_the_mean_of_their_ratios():
    """In the order of time: 20 rows tested after 20, 40, 60, 80 and 100 to learn from."""
    scores = roles(rival=D)
    scores["n_train"] = 20 * (1 + scores["fold"])
    ratio = (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5
    found = compare(a_plan(), scores)["role", "rival"]
    assert found.error == pytest.approx(math.sqrt((1 / 5 + ratio) * 0.00025))
    assert ratio > 20 / 60  # ... of the mean training size: the wider interval of the two


@pytest.mark.parametrize("same", [0.0, 0.3, 1e-17])
def test_no_spread_is_no_conclusion(same):
    """A constant difference, whatever rounding made of it, has no interval; NaN would not be JSON."""
    differences = np.full(5, same) + np.array([0, 1e-16, 0, -1e-16, 0])
    result = judge(a_plan(), roles(rival=differences))
    rival = result["comparisons"][3]
    assert result["verdict"] == "no conclusion" and "do not vary" in result["reason"]
    assert [rival[key] for key in ("low", "high", "error", "p_value", "p_holm", "posterior")] == [None] * 6


def of_all(n, alpha):
    """The least share of units that are right, if n of n are (Clopper and Pearson)."""
    return (alpha / 2) ** (1 / n)


def at_most(k, n, alpha):
    """The largest share, if k of n are right, by Clopper and Pearson's quantile of the beta distribution."""
    return beta.ppf(1 - alpha / 2, k + 1, n - k) if k < n else 1.0


@pytest.mark.parametrize(
    ("rival", "groups", "verdict"),
    [
        (0.5, 100, "supported"),
        (1.0, 100, "no conclusion"),
        (1.0, 400, "equivalent"),
        (0.975, 400, "no conclusion"),  # better, but by as much as the margin?
        (0.9, 400, "supported"),
        (0.5, 0, "no conclusion"),
    ],
)
def test_a_candidate_without_an_exception_is_bounded_by_its_groups(rival, groups, verdict):
    plan = a_plan()
    plan.metric_names, plan.scales = ["roc_auc"], {"roc_auc": scale("roc_auc")}
    values = {role: np.full(5, 0.5) for role in ROLES} | {"rival": np.full(5, rival), "candidate": np.ones(5)}
    result = judge(plan, table(values).rename(columns={"score": "roc_auc"}), groups)
    found = result["comparisons"][3]
    assert result["verdict"] == verdict
    if not groups:
        assert found["low"] is None and found["p_claim"] is None
        return

    def low(alpha):
        return of_all(groups, alpha) - at_most(round(rival * groups), groups, alpha)

    assert found["low"] == pytest.approx(low(0.05))
    assert found["high"] == pytest.approx(1 - (beta.ppf(0.025, rival * groups, groups * (1 - rival) + 1)))
    assert found["p_claim"] in (1, 1e-9) or low(found["p_claim"]) > 0.02 > low(
        0.9 * found["p_claim"]
    )  # alpha of such a low end


def test_a_single_fold_is_no_conclusion():
    result = judge(a_plan(), roles().query("fold == 0"))
    assert result["verdict"] == "no conclusion" and "fewer than two" in result["reason"]


def null_data_sets(number):
    """
    Yield score tables of two models that are equally good: nearest centroid, each on one of two alike features.

    The calibration of Nadeau and Bengio's test: 100 rows, 10 x 10 stratified folds; the floor guesses.
    """
    rng, y = np.random.default_rng(0), np.arange(100) % 2
    cuts = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0).split(y, y)
    tests = np.array([np.isin(np.arange(100), test) for _, test in cuts])  # (fits, rows)
    means = [(~tests & (y == label)) / (~tests & (y == label)).sum(axis=1, keepdims=True) for label in (0, 1)]
    for _ in range(number):
        X = rng.normal(size=(100, 2)) + y[:, None]
        zero, one = means[0] @ X, means[1] @ X  # centroids: (fits, features)
        nearer = (np.abs(X - one[:, None]) < np.abs(X - zero[:, None])) == y[:, None]
        accuracy = (nearer * tests[:, :, None]).sum(axis=1) / tests.sum(axis=1, keepdims=True)
        found = table(
            {"floor": np.full(100, 0.5), "rival": accuracy[:, 0], "candidate": accuracy[:, 1]}, "role", 90, 10
        )
        yield found.assign(repeat=np.tile(np.arange(100) // 10, 3), fold=np.tile(np.arange(100) % 10, 3))


def false_alarms(number):
    """
    Count how often a difference is found at 5 % where there is none.

    Returns
    -------
    dict of str to int
        By the ``verdict``, claiming what the data lean to; by the ``corrected`` and the ``naive`` test, two-sided; and
        how many data sets were ``judged``: came as far as the rival, the floor being beaten.
    """
    found = dict.fromkeys(("verdict", "corrected", "naive", "judged"), 0)
    for scores in null_data_sets(number):
        by_role = scores.groupby("name", sort=False)["score"].agg(np.array)
        differences = by_role["candidate"] - by_role["rival"]
        result = judge(a_plan(1e-9, "better" if differences.mean() > 0 else "worse"), scores)
        rival = next(one for one in result["comparisons"] if one["name"] == "rival")
        found["verdict"] += result["verdict"] == "supported"
        found["corrected"] += rival["p_value"] < 0.05
        found["naive"] += corrected_interval(differences, 0).p_value < 0.05
        found["judged"] += "floor" not in result["reason"]
    return found


def test_false_alarms_are_rare():
    """
    At 5 % the verdict errs on at most .05 + 3 binomial standard errors of 200 data sets; the naive test on half.

    A test that erred on 12 % of such data would be found out with probability 0.84, one that erred on 15 % with 0.985.
    """
    found = false_alarms(200)
    allowed = 200 * (0.05 + 3 * math.sqrt(0.05 * 0.95 / 200))
    assert found["verdict"] <= found["corrected"] <= allowed < 0.4 * 200 < found["naive"]
    assert found["judged"] > 190  # so it is not the floor that makes alarms rare
