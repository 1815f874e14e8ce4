"""Checks of randomness: data and models depend on the seeds of the plan, and on nothing that surrounds them."""

import inspect
from collections import defaultdict
from functools import partial

import numpy as np

from harness.checks import elsewhere
from harness.checks.engine import NotExercised, at, cached, check
from harness.checks.perturbation import differences
from harness.exceptions import StudyError
from harness.method import inputs, variation
from harness.study import Dataset, model_functions

SEEDS = ("random_state", "random_seed", "seed")
MODELS = "study/models.py"
ROWS = 300  # half of them are fitted on, half asked about


def models_of(subject):
    """Return the functions of the plan's models, by their names."""
    try:
        functions = model_functions()
    except StudyError as error:
        raise NotExercised(f"{error}") from None
    return {name: functions[name] for name in sorted({*subject.plan.models.named.values()} & functions.keys())}


def at_model(function, message, role=""):
    """Make evidence about a model, at the line where its function starts."""
    title = f"{function.__name__} ({role})" if role else function.__name__
    own = function.__module__.startswith("study")  # the floor is not
    return at(MODELS, f"{title}: {message}", line=inspect.unwrap(function).__code__.co_firstlineno if own else None)


def seeds_of(value, path=(), met=()):
    """Yield name and value of every seed in a model, and in all that it is made of: steps, estimators, splitters."""
    draws = hasattr(value, "fit") or hasattr(value, "split")  # as estimators and splitters do
    if isinstance(value, list | tuple | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            step = isinstance(item, tuple) and len(item) > 1 and isinstance(item[0], str)
            yield from seeds_of(item[1] if step else item, (*path, item[0] if step else str(key)), met)
    elif draws and id(value) not in met and not isinstance(value, str | type):
        parts = value.get_params(deep=False) if hasattr(value, "get_params") else {}
        foreign = (kind for kind in type(value).__mro__ if not kind.__module__.startswith("study"))
        if not any(hasattr(kind, "fit") for kind in foreign):  # what other packages keep to themselves is their affair
            parts = getattr(value, "__dict__", {}) | parts
        draws = hasattr(value, "fit") or parts.get("shuffle", True)  # a splitter that does not shuffle draws nothing
        for key, part in parts.items():
            if key in SEEDS and draws:
                yield "__".join([*path, key]), state(part)
            yield from seeds_of(part, path if key in variation.LISTS else (*path, key), (*met, id(value)))


def state(seed):
    """Tell a seed, or the state of a generator, as text."""
    generator = getattr(seed, "bit_generator", None) or getattr(seed, "_bit_generator", None)
    return f"a generator with the state {generator.state}" if generator is not None else repr(seed)


def unseeded(subject):
    """Return what is wrong with each seed in a model that does not follow its own: model -> sentences."""
    functions, wrong = models_of(subject), defaultdict(list)
    for name in functions:
        try:
            first, again, other = (dict(seeds_of(inputs.build(functions, name, seed))) for seed in (1, 1, 2))
        except StudyError:
            raise NotExercised(f"{name} in {MODELS} cannot be built: P0 says why") from None
        for key, value in first.items():
            if value == other.get(key) or value != again.get(key):
                fixed = value == other.get(key)
                what = f"is {value[:40]} whatever the seed" if fixed else "differs each time for one seed"
                wrong[name].append(f"{key} {what}: pass {key.rpartition('__')[2]}=seed")
    return wrong


@check("R1", "models-seeded", before_run=True)
def models_seeded(subject):
    """
    Every random_state in every model of the plan comes from the seed that its function is given.

    Detected: each model is built with seed 1, again, and with 2; each random_state in it, however deep, has to follow.
    Why: what is drawn without the seed cannot be repeated, and a fixed number hides by how much the draw matters.
    Do: hand the seed on: random_state=seed, in estimators, searches and splitters that shuffle.
    """
    functions = models_of(subject)
    for name, sentences in unseeded(subject).items():
        yield from (at_model(functions[name], message) for message in sentences)


def sampled(study) -> tuple[Dataset, np.ndarray]:
    """Return some development rows, and the positions of the half of them that models are fitted on."""
    rows, rng = study.development, np.random.default_rng(0)
    few = variation.share(rows, min(1, ROWS / len(rows.y)), rng, study.task == "classification")
    return few, np.sort(rng.permutation(len(few.y))[::2])


@cached
def answers(subject):
    """Ask data and models in fresh processes: as usual, with seed 2, with other generators, twice elsewhere."""
    request = elsewhere.Request([*models_of(subject)], subject.study.task, *sampled(subject.study))
    return request, *elsewhere.ask(subject.root, request, (), (2,), ("salt",), *elsewhere.ALL)


def probed(subject):
    """Return what `answers` returns; what breaks down there is for R2 to say."""
    try:
        return answers(subject)
    except StudyError:
        raise NotExercised("the data or a model breaks down in a fresh process: R2 says how") from None


def same_outputs(name, answer, other):
    """Whether a model says the same in two answers."""
    return elsewhere.same(answer.outputs[name], other.outputs[name])


@cached
def unsteady(subject):
    """Return the models that say other things in other surroundings, though seed and rows are the same, and why."""
    request, usual, _, _, *changed = probed(subject)
    causes = {}
    for name in sorted({*request.models} - unseeded(subject).keys()):
        first, *others = (answer.outputs[name] for answer in (usual, *changed))
        if not isinstance(first, str) and not all(elsewhere.same(first, other) for other in others):
            errors = [f" ({other})" for other in others if isinstance(other, str)]
            cause = elsewhere.why(subject.root, request._replace(models=[name]), partial(same_outputs, name))
            causes[name] = cause + "".join(errors[:1])
    return causes


@check("R2", "same-seed-same-model", refits=True)
def same_seed_same_model(subject):
    """
    A model that is fitted with the same seed on the same rows says the same, whatever surrounds it.

    Detected: fresh processes fit every model of the plan, with all of these changed at once: the global generators, the
    order of sets, hash(), clock, CPUs, folders, the order and the times of files, environment variables, user, host,
    umask, time zone (east and west, with summer time), locale, and what was fitted before. If something differs, each
    is changed alone.
    Why: a score that follows the time of day or the machine is not the model's, and nobody can repeat it.
    Do: draw all that is drawn from the seed, and take nothing else from the surroundings.
    """
    functions = models_of(subject)
    if unseeded(subject).keys() >= functions.keys():
        raise NotExercised("no model follows its seed: R1 says where")
    answers(subject)
    for name, cause in unsteady(subject).items():
        yield at_model(functions[name], f"fitted with the same seed on the same rows, it {cause}")


def unlike(before, after):
    """Return in what two tables differ, and where; None if in nothing."""
    broken = [outcome for outcome in (before, after) if isinstance(outcome, str)]
    if broken:
        return None if broken == [broken[-1]] * 2 else (f"tidy() breaks down ({broken[0]})", {})
    if columns := sorted(map(str, set(before) ^ set(after))):
        return f"tidy() gives, or does not give, {', '.join(columns)}", {}
    if len(gone := before.index.symmetric_difference(after.index)):
        return "tidy() gives this row, or does not", {"row": gone[0]}
    if not before.index.equals(after.index):
        return "tidy() gives this row another place", {"row": before.index[np.argmax(before.index != after.index)]}
    for row, column, *values in differences(before, after[list(before)]):
        return f"tidy() says {' or '.join(values)}", {"row": row, "column": column}
    return None


@check("R3", "table-repeats", refits=True)
def table_repeats(subject):
    """
    read() and tidy() give the same table each time, row by row and in the same order, whatever surrounds them.

    Detected: fresh processes make the table in other surroundings: see R2.
    Why: every split, fit and score starts from this table; if it wavers, nothing after it can be repeated.
    Do: sort what is listed or collected, seed what is sampled, and take nothing from clock, folder or locale.
    """
    request, usual, _, _, *changed = probed(subject)
    if isinstance(usual.table, str):
        raise NotExercised(f"tidy() breaks down in a fresh process: {usual.table}")
    if difference := next(filter(None, (unlike(usual.table, answer.table) for answer in changed)), None):
        nothing = request._replace(models=[])
        cause = elsewhere.why(subject.root, nothing, lambda answer, other: unlike(answer.table, other.table) is None)
        yield at("study/data.py", f"{difference[0]}: it {cause}", **difference[1])


@check("R4", "seed-alive", refits=True)
def seed_alive(subject):
    """
    A model that draws random numbers draws others when its seed is another.

    Detected: each model is fitted with several seeds, and once with the seeds of all generators in it changed; it fails
    where that changes what the model says, and its own seed never does.
    Why: a seed that reaches nothing varies nothing, so the error budget says that chance does not matter.
    Do: hand the seed on to whatever draws, down to np.random.default_rng(seed) in fit.
    """
    request, usual, other, salted, *_ = probed(subject)
    functions = models_of(subject)
    names = {*request.models} - unseeded(subject).keys() - unsteady(subject).keys()
    names = sorted(name for name in names if not isinstance(usual.outputs[name], str))
    idle = [name for name in names if same_outputs(name, usual, other)]
    dead = [name for name in idle if not same_outputs(name, usual, salted)]
    if not dead and idle == names:
        raise NotExercised("no model of this study draws random numbers")
    others = elsewhere.ask(subject.root, request._replace(models=dead), (3,), (4,), (5,)) if dead else []
    for name in dead:
        if all(same_outputs(name, usual, answer) for answer in others):
            message = "it draws random numbers, but no seed changes them: hand the seed on to what draws them"
            yield at_model(functions[name], message)
