"""Checks of what is claimed: above a floor, of all attempts, and no more than was asked and answered."""

import re

from harness import files, words
from harness.checks import prose
from harness.checks.records import unbroken
from harness.checks.registry import DEVIATIONS, NotExercised, accepted, at, check, explained, fails, planned, readable
from harness.method import inputs
from harness.provenance import attempts, record

POSITIVE = ("supported", "equivalent")
BASELINES = ("rival", "linear", "candidate")  # a role whose model is the floor's is no comparison
SUPERIOR = re.compile(
    r"\b(outperform\w*|surpass\w*|superior(ity)?( to)?|beats?\b|significantly \w+"
    r"|significant (improvement|gain|advantage|difference|win)"
    r"|(improvement|gain|advantage|difference)s? (is|are|was|were) (statistically |highly |clearly )*significant"
    r"|(is|are|was|were|does|do|did|performs?|works?|scores?|predicts?) (much |clearly |far |markedly )?better than"
    r"|(confirms?|proves?) (the|our|this) (claim|hypothesis|superiority)"
    r"|(claim|hypothesis) (is|was) (confirmed|proven|proved))",
    re.I,
)
BEST = re.compile(
    r"\b(new|achiev\w+|reach\w*|beat\w*|surpass\w*|sets?|exceed\w*|outperform\w*|establish\w*|deliver\w*)\b.{0,40}"
    r"(state[- ]of[- ]the[- ]art|\bSOTA\b)",
    re.I,
)
RESTATED = re.compile(r"\bclaim(s|ed)?\b", re.I)  # what the plan says is no answer to it
OURS = (
    r"our|we|the (candidate|model|method|approach)|this (model|method|approach|study|result)|results?|claim|hypothesis"
)


@check("B1", "floor-beaten")
def floor_beaten(root):
    """
    There is a floor that knows nothing, it is nobody's rival, and a positive verdict rests on having beaten it.

    Detected: the floor's model is a dummy of scikit-learn, or predicts the same whatever the features are; neither
        rival, linear nor candidate has its function; the accepted interval of candidate minus floor lies above 0.
    Why: against a floor that learns, or a rival that does not, nothing can be told of the candidate.
    Do: let `floor` in the plan name a DummyClassifier or DummyRegressor, and `rival` the best that is known.
    """
    stated = planned(root)
    for role in BASELINES:
        if getattr(stated.models, role) == stated.models.floor:
            says = f"[models] {role} and floor name one function, {stated.models.floor!r}: give each its own"
            yield at(files.PLAN, says)
    if says := _learns(root):
        yield at("study/models.py", f"{stated.models.floor}, the floor, {says}: take a dummy of scikit-learn")
    if (root / "results" / "run.json").is_file():
        run = accepted(root)[1]
        if missing := [role for role in run["plan"]["models"] if role not in run["estimates"]["role"]]:
            yield f"results/run.json: no scores of {', '.join(missing)}: run and accept again"
        elif run["verdict"] in POSITIVE and (words.main_comparison(run, "floor")["low"] or 0) <= 0:
            yield f"results/run.json: {run['verdict']!r}, but the candidate is not shown to beat the floor: run again"


def _learns(root):
    """Say how the floor learns from its features; None, if it does not."""
    study = readable(root)
    model, again = (inputs.build(study.models, study.plan.models.floor, 0) for _ in range(2))
    last = model[-1] if hasattr(model, "steps") else model
    if any(one.__module__.startswith("sklearn.dummy") for one in type(last).__mro__):
        return None
    X, y = study.development.X.iloc[:200], study.development.y.iloc[:200]
    try:
        said, other = model.fit(X, y).predict(X), again.fit(X, y).predict(X.iloc[::-1])
    except Exception:  # it is the study's code, and for other checks to say
        return None
    return f"is a {type(last).__name__} that predicts by its features" if list(said) != list(other) else None


@check("B2", "attempts-told")
def attempts_told(root):
    """
    All runs that led to the accepted one are listed, and it is not the luckiest of several seeds.

    Detected: `accept` lists every run in runs/ in results/attempts.csv; what git's history has of the list, and what
        lies in runs/, has to be there. Of three or more runs that differ in their seed alone, the accepted one may be
        the first, or not the best.
    Why: the best of many attempts is good by luck, and only who knows of the others can see it.
    Do: accept the run of the seed that was planned first, or say in study/DEVIATIONS.md, with the run's id, why this.
    """
    _, run = accepted(root)
    for code in ("P5", "P8"):
        if fails(code, root):
            raise NotExercised(f"the record is not one that can be counted: {code} says why")
    listed = attempts.listed(root)
    parse = attempts.parse
    commit, text = unbroken(root, attempts.PATH, lambda old, new: attempts.lost(parse(old), parse(new)) is None)
    if not (listed or commit):
        raise NotExercised("the result was accepted before there was a list of attempts: accept the run again")
    if name := attempts.lost(parse(text), listed):
        what = "was changed" if name in listed else "is gone"
        yield f"{attempts.PATH}: run {name} {what}: git checkout {commit} -- {attempts.PATH}"
        return
    for one in record.runs(root):
        mine = (one.get("user"), one.get("host")) == (run["user"], run["host"])  # what others tried, they tell of
        if mine and one["id"] not in listed and one["started"] < run["ended"]:
            yield f"{attempts.PATH}: run {one['id']} ({one['status']}) is in runs/ and not listed: accept the run again"
    if run["id"] not in listed:
        yield f"{attempts.PATH}: the accepted run {run['id']} is not listed: accept the run again"
        return
    yield from _luckiest(root, run, listed)


def _luckiest(root, run, listed):
    """Yield a sentence if the accepted run is the best of three seeds or more, and not the first."""
    mine = listed[run["id"]]
    same = [one for one in listed.values() if all(one[key] == mine[key] for key in ("plan", "study", "metric"))]
    same = [one for one in same if one["difference"] and one["seed"]]
    seeds = list(dict.fromkeys(one["seed"] for one in sorted(same, key=lambda one: one["started"])))
    towards = 1 if run["plan"]["question"]["direction"] == "better" else -1
    rest = [towards * float(one["difference"]) for one in same if one["seed"] != mine["seed"]]
    if len(seeds) < 3 or seeds[0] == mine["seed"] or towards * float(mine["difference"]) <= max(rest):
        return
    if not explained(root, run["id"]):
        yield (
            f"{attempts.PATH}: run {run['id']} (seed {mine['seed']}) is the best of {len(seeds)} that differ in their "
            f"seed alone: accept that of seed {seeds[0]}, the first, or say why in {DEVIATIONS}, naming the run"
        )


@check("N6", "claims-as-answered")
def claims_as_answered(root):
    """
    README.md and MODEL_CARD.md claim no more than what the plan asked and the verdict answers.

    Detected: words such as outperforms, superior, significant or state of the art in your sentences, about a model that
        is not in the plan's family, or although its verdict is not "supported". Questions, negations and citations are
        left alone.
    Why: who reads the pages does not read the table; a comparison that nobody planned is an idea, not a result.
    Do: say it as the verdict does, or call it exploratory.
    """
    _, run = accepted(root)
    names, verdicts = run["plan"]["models"], {}
    for one in run["comparisons"]:
        if one["kind"] == "role":
            verdicts[one["name"]] = one["verdict"] if one["confirmatory"] else "exploratory"
            if one["name"] == "floor" and (one["low"] or 0) > 0:
                verdicts["floor"] = "supported"  # every verdict rests on that
    for one in prose.sentences(root):
        text = one.text.replace("`", "").replace("*", "")
        found = BEST.search(text) or SUPERIOR.search(text)
        rest = text.replace(found[0], "") if found else ""  # "confirms the hypothesis" asks for nothing
        if not found or "xplorator" in text:
            continue
        if any(known.search(rest) for known in (prose.CITED, prose.WISHED, prose.DENIED, RESTATED)):
            continue
        if BEST.search(text):
            yield at(one.file, f"{found[0]!r}: the plan asks for no such comparison: leave it out", one.line)
        else:
            others = [role for role in verdicts if re.search(_name(role, names[role]), text, re.I)]
            if not others and not re.search(rf"\b({OURS}|{re.escape(names['candidate'])})\b", text, re.I):
                continue
            for role in others or ["rival"]:
                if verdicts[role] != "supported":
                    said = f"the comparison with {names[role]} is {verdicts[role]}"
                    said = said.replace("is supported", "").replace("is no conclusion", "has no conclusion")
                    yield at(one.file, f"{found[0]!r}, but {said}: say no more than that", one.line)
                    break


def _name(role, model):
    """Make a pattern of how people name the model of a role."""
    return rf"\b({model.replace('_', '[ _-]')}|the {role}|{role} (model|baseline|method|rule))\b"
