"""Checks of randomness: data and models depend on the seeds of the plan, and on nothing that surrounds them."""

import numpy as np

from harness.checks.registry import NotExercised, at, check, readable, remembered
from harness.checks.seeding import MODELS, named, seeds_of, unseeded
from harness.exceptions import StudyError
from harness.method import splits, variation

ROWS = 300  # half of them are fitted on, half asked about


def sampled(study):
    """Return some development rows, and the positions of the half of them that models are fitted on."""
    rows, stratify = study.development, study.task == "classification"
    few = variation.share(rows, min(1, ROWS / len(rows.y)), np.random.default_rng(0), stratify)
    try:
        return few, splits.folds(few, 2, 0, stratify)[0][0]
    except StudyError:  # a class with a single row
        return few, np.sort(np.random.default_rng(0).permutation(len(few.y))[::2])


@remembered
def asked(root):
    """Ask load() and the models in fresh processes; return the request and the answers: usual, hidden, and changed."""
    from harness.checks.surroundings import ask

    study = readable(root)
    usual, everything = ask.Scene(lively=True), ask.Scene(tuple(ask.CHANGES))
    request = ask.Request(list(named(root)[0]), study.task, *sampled(study), [])
    pair, two = request._replace(scenes=[usual, ask.Scene(hidden=True)]), request._replace(scenes=[everything])
    (one, hidden), (changed,), (more,) = ask.ask(root, [(0, pair), (1, two), (2, two)])
    return request._replace(scenes=[]), one, hidden, [changed, more]


def probed(root):
    """Return what `asked` returns; what breaks down there is for R2 to say."""
    try:
        return asked(root)
    except StudyError:
        raise NotExercised("load() or a model breaks down in a fresh process: R2 says how") from None


def sentence(causes):
    """Say what something depends on, and what to do."""
    from harness.checks.surroundings import ask

    together = ("depends on several of its surroundings at once", "take nothing from them but what is written down")
    found = [ask.CHANGES[name] for name in causes] or [together]
    return " and ".join(says for says, _ in found) + ": " + "; ".join(do for _, do in found)


@remembered
def unsteady(root):
    """Return the models that say other things in other surroundings, though seed and rows are the same, and why."""
    from harness.checks.surroundings import ask

    request, usual, _, changed = probed(root)
    skip, found = {name for name, _, _ in unseeded(root)}, {}
    for name in request.models:
        said = [name in skip or one.said[name] for one in (usual, *changed)]
        if name in skip or isinstance(said[0], str) or all(ask.same(said[0], one) for one in said[1:]):
            continue
        alone = request._replace(models=[name])
        causes = ask.causes(root, alone, lambda one, two, name=name: ask.same(one.said[name], two.said[name]))
        broken = [one for one in said if isinstance(one, str)]
        found[name] = sentence(causes) + "".join(f" ({one})" for one in broken[:1])
    return found


@check("R2", "same-seed-same-model", refits=True)
def same_seed_same_model(root):
    """
    A model that is fitted with the same seed on the same rows says the same, whatever surrounds it.

    Detected: fresh processes fit every model of the plan, with the global generators, the order of sets, the clock, the
    CPUs, the folder, the time zone, the order of files and what was fitted before all changed at once; if something
    differs, one by one.
    Why: a score that follows the time of day or the machine is not the model's, and nobody can repeat it.
    Do: draw all that is drawn from the seed, and take nothing else from the surroundings.
    """
    lines, _ = named(root)
    if {name for name, _, _ in unseeded(root)} >= lines.keys():
        raise NotExercised("no model follows its seed: R1 says where")
    asked(root)
    for name, says in unsteady(root).items():
        yield at(MODELS, f"{name}: fitted with the same seed on the same rows, it {says}", line=lines[name])


def unlike(one, two):
    """Say in what two answers of load() differ, and where; None if in nothing."""
    broken = [said for said in (one, two) if isinstance(said, str)]
    if broken:
        return None if one == two else (f"load() breaks down ({broken[0]})", {})
    before, after = one["table"], two["table"]
    if columns := sorted(map(str, set(before) ^ set(after))):
        return f"load() gives, or does not give, {', '.join(columns)}", {}
    if len(gone := before.index.symmetric_difference(after.index)):
        return "load() gives this row, or does not", {"row": gone[0]}
    if not before.index.equals(after.index):
        return "load() gives this row another place", {"row": before.index[np.argmax(before.index != after.index)]}
    was, now = (table[list(before.columns)].astype(object) for table in (before, after))
    differs = (was != now) & ~(was.isna() & now.isna())
    for column in differs.columns[differs.any()]:
        row = differs.index[differs[column]][0]
        pair = (f"{one:.9g}" if isinstance(one, float) else repr(one) for one in (was[column][row], now[column][row]))
        return f"load() says {' or '.join(pair)}", {"row": row, "column": column}
    lists = [("FEATURES", "features"), ("EXCLUDE", "excluded"), ("CANARIES", "canaries"), ("GROUP", "groups")]
    return next(((f"{name} differs", {}) for name, key in lists if one[key] != two[key]), None)


@check("R3", "load-repeats", refits=True)
def load_repeats(root):
    """
    load() gives the same table each time, row by row and in the same order, whatever surrounds it.

    Detected: fresh processes load the data in other surroundings: see R2.
    Why: every split, fit and score starts from this table; if it wavers, nothing after it can be repeated.
    Do: sort what is listed or collected, seed what is sampled, and take nothing from clock, folder or locale.
    """
    from harness.checks.surroundings import ask

    request, usual, _, changed = probed(root)
    if isinstance(usual.loaded, str):
        raise NotExercised(f"load() breaks down in a fresh process: {usual.loaded}")
    for one in changed:
        if found := unlike(usual.loaded, one.loaded):
            nothing = request._replace(models=[])
            causes = ask.causes(root, nothing, lambda one, two: unlike(one.loaded, two.loaded) is None)
            yield at("study/data.py", f"{found[0]}: it {sentence(causes)}", **found[1])
            return


@check("R4", "seed-alive", refits=True)
def seed_alive(root):
    """
    A model that draws random numbers draws others when its seed is another.

    Detected: each model is fitted with several seeds, and once with the seeds of all generators in it changed; it fails
    where that changes what the model says, and its own seed never does.
    Why: a seed that reaches nothing varies nothing, so the error budget says that chance does not matter.
    Do: hand the seed on to whatever draws, down to np.random.default_rng(seed) in fit.
    """
    request, usual, _, _ = probed(root)
    lines, functions = named(root)
    skip = {name for name, _, _ in unseeded(root)}
    draws = {name: how for name, how in usual.draws.items() if name not in skip}
    if not set(draws.values()) - {"none"}:
        idle = [name for name in draws if dict(seeds_of(functions[name](1)))]
        more = f"; a random_state has no effect in {', '.join(idle)}" if idle else ""
        raise NotExercised(f"no model of this study draws random numbers{more}")
    for name, how in draws.items():
        if how == "dead":
            says = f"{name}: it draws random numbers, but no seed changes them: hand the seed on to what draws them"
            yield at(MODELS, says, line=lines[name])
