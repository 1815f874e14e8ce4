"""Outlook: what a plan can be expected to tell, and what it would take where a run told nothing; in words."""

import math
from typing import Any

from scipy import stats

from harness import words
from harness.method import power
from harness.method.inputs import Study
from harness.method.power import Design, Known
from harness.plan.rows import Rows


def remedy(design: Design, rows: dict[str, Any], once: bool, factor: float, repeats: int | None) -> str:
    """Say how many rows or groups, or how many repeats, it takes."""
    now, unit = rows["groups"], "rows" if rows["groups"] == rows["development"] else "groups"
    text = f"about {math.ceil(factor * now):,} {unit} (now {now:,})"
    if once:  # folds that are the same each time
        return text
    if repeats:
        return f"{text}, or {repeats:,} repeats (now {design.repeats:,})"
    share = f"n_test/n_train = {words.number_text(design.ratio)}"
    return (
        f"{text}; no number of repeats would do, since {share} times the variance stays however often folds are drawn"
    )


def before(study: Study, told: Known) -> str:
    """Say of a plan what its interval can be expected to be, and what would do."""
    design, margin, rows = told.design, study.plan.question.margin, study.rows
    half, chance = design.reach * told.spread, power.expected(study.plan.question, told, 2)["supported"]
    text = f"Expected interval: {words.number_text(half)} to each side, with a margin of {margin:g}"
    text += ", if the difference varies from fold to fold as much as the rival's score does. "
    floored = (told.gain.low or 0.0) + 2 * margin * (1 if study.plan.question.direction == "better" else -1) <= 0
    if hopeless(study, told) and not floored:  # else it is the floor that cannot be beaten
        text += "Hopeless: even if it varies much less, two margins would hardly be seen. "
    if chance >= power.GOAL:
        return f"{text}The plan does: it supports a difference of two margins with a chance of {words.percent(chance)}."
    if floored:
        return f"{text}The rival is not shown to beat the floor, so that nothing is worth comparing with it."
    factor, repeats = power.needed(design, told.spread, margin)
    does = remedy(design, rows, study.plan.rows.cut_once, factor, repeats)
    return (
        f"{text}To support a difference of two margins with a chance of {words.percent(power.GOAL)}, it takes {does}."
    )


def hopeless(study: Study, told: Known, like: float = power.ALIKE) -> bool:
    """Whether even models that are so much alike have next to no chance of "supported" or "equivalent"."""
    none, two = (power.expected(study.plan.question, told, margins, like) for margins in (0, 2))
    return max(two["supported"], none["equivalent"]) < power.HOPELESS


def after(run: dict[str, Any]) -> str:
    """Say of a run without conclusion what would have brought one; nothing of any other."""
    question, evaluation = run["plan"]["question"], run["plan"]["evaluation"]
    sign = 1 if question["direction"] == "better" else -1
    rival, floor = (words.main_comparison(run, other) for other in ("rival", "floor"))
    if run["verdict"] != "no conclusion":
        return ""
    if rival["low"] is None or floor["low"] is None:
        return (
            "What next: scores that do not vary stay as they are with more rows or repeats. Look at metric and models."
        )
    pair, goal, what, alpha = rival, sign * question["margin"], "the margin", question["alpha"]
    if floor["low"] <= 0:
        pair, goal, what = floor, 0.0, "the floor"
        if floor["value"] <= 0:
            return "What next: no number of rows or repeats helps a candidate that scores no better than the floor."
    elif max(abs(rival["low"]), abs(rival["high"])) < question["margin"]:
        return "What next: plan a margin below what the candidate gains on the floor, for data that nobody has seen."
    elif min(sign * rival["low"], sign * rival["high"]) > question["margin"]:
        alpha *= rival["p_claim"] / rival["p_holm"]  # what Holm's correction left of it
    gap, n = abs(pair["value"] - goal), pair["n"]
    if pair["error"] is None:
        return f"What next: a score without an exception is as certain as {n} groups can make it. Collect more of them."
    half = float(stats.t.isf(alpha / 2, n - 1)) * pair["error"]
    if gap < half / 100:
        return (
            f"What next: the difference is as good as {what}, so that hardly any number of rows or repeats would tell."
        )
    design = Design(evaluation["folds"], evaluation["repeats"], 1 / (evaluation["folds"] - 1), alpha)
    spread, once = half / design.reach, Rows.model_construct(**run["plan"]["rows"]).cut_once
    repeats = power.fewest(design, lambda tried: tried.reach * spread < gap)
    does = remedy(design, run["rows"], once, (half / gap) ** 2, repeats)
    reach = f"{words.number_text(gap)} to each side, not {words.number_text(half)}"
    verdict = "" if pair is floor else f": {'supported' if sign * pair['value'] > sign * goal else 'not supported'}"
    would = f"if the difference stays, an interval of {reach}, keeps clear of {what}{verdict}"
    return f"What next: {would}. It takes {does}. That is another plan, and another attempt."
