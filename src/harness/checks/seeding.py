"""The check of the seeds: every random_state in a model follows the seed that its function is given."""

import inspect

from harness.checks.registry import NotExercised, at, check, planned
from harness.exceptions import StudyError
from harness.method import inputs, variation
from harness.study import model_functions

SEEDS = ("random_state", "random_seed", "seed")

MODELS = "study/models.py"


def named(root):
    """Return the models of the plan: name of a function -> the line where it starts."""
    try:
        functions = model_functions()
    except StudyError as error:
        raise NotExercised(f"{error}") from None
    chosen = sorted({name for _, name in planned(root).models} & functions.keys())
    return {name: inspect.unwrap(functions[name]).__code__.co_firstlineno for name in chosen}, functions


def seeds_of(value, path=(), met=()):
    """Yield name and value of every seed in a model, and in all that it is made of: steps, estimators, splitters."""
    draws = hasattr(value, "fit") or hasattr(value, "split")  # as estimators and splitters do
    if isinstance(value, list | tuple | dict):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            entry = isinstance(one, tuple) and len(one) > 1 and isinstance(one[0], str)  # as in steps
            yield from seeds_of(one[1] if entry else one, (*path, one[0] if entry else str(key)), met)
    elif draws and id(value) not in met and not isinstance(value, str | type):
        held = value.get_params(deep=False) if hasattr(value, "get_params") else {}
        foreign = (one for one in type(value).__mro__ if not one.__module__.startswith("study"))
        if not any(hasattr(one, "fit") for one in foreign):  # what other packages keep to themselves is their affair
            held = getattr(value, "__dict__", {}) | held
        draws = hasattr(value, "fit") or held.get("shuffle", True)  # a splitter that does not shuffle draws nothing
        for key, one in held.items():
            if key in SEEDS and draws:
                yield "__".join([*path, key]), state(one)
            yield from seeds_of(one, path if key in variation.LISTS else (*path, key), (*met, id(value)))


def state(seed):
    """Tell a seed, or the state of a generator, as text."""
    generator = getattr(seed, "bit_generator", None) or getattr(seed, "_bit_generator", None)
    return f"a generator with the state {generator.state}" if generator is not None else repr(seed)


def unseeded(root):
    """Yield name of the model, line, and what is wrong, of every seed in a model that does not follow its own."""
    lines, functions = named(root)
    for name, line in lines.items():
        try:
            one, again, other = (dict(seeds_of(inputs.build(functions, name, seed))) for seed in (1, 1, 2))
        except StudyError:
            raise NotExercised(f"{name} in {MODELS} cannot be built: P0 says why") from None
        for key, value in one.items():
            if value == other.get(key) or value != again.get(key):
                shown = value if len(value) < 40 else value[:40] + "..."
                what = f"is {shown} whatever the seed" if value == other.get(key) else "differs each time for one seed"
                yield name, line, f"{name}: {key} {what}: pass {key.rpartition('__')[2]}=seed"


@check("R1", "models-seeded", before_run=True)
def models_seeded(root):
    """
    Every random_state in every model of the plan comes from the seed that its function is given.

    Detected: each model is built with seed 1, again, and with 2; each random_state in it, however deep, has to follow.
    Why: what is drawn without the seed cannot be repeated, and a fixed number hides by how much the draw matters.
    Do: hand the seed on: random_state=seed, in estimators, searches and splitters that shuffle.
    """
    yield from (at(MODELS, says, line=line) for _, line, says in unseeded(root))
