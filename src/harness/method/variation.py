"""
Variations: what one fit changes in the candidate or in its training rows, and the proof that it is one thing.

Sources of variation after Bouthillier et al. (2021), "Accounting for variance in machine learning benchmarks", MLSys.
"""

import re
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import ParameterGrid

from harness.exceptions import StudyError, refusal
from harness.method.inputs import Builder, Study
from harness.plan.plan import Plan
from harness.plan.sections import Ablation, Choice
from harness.study import Dataset, several

LISTS = ("steps", "transformers", "transformer_list", "estimators")  # parameters that hold named estimators

Treatments = tuple[tuple[str, float, int], ...]  # name, amount, seed


def row_order(dataset: Dataset, amount: float, rng: np.random.Generator, stratify: bool) -> Dataset:
    """Put the rows into another order."""
    return dataset.take(rng.permutation(len(dataset.y)))


def label_noise(dataset: Dataset, amount: float, rng: np.random.Generator, stratify: bool) -> Dataset:
    """Exchange the targets of a share of the rows among each other."""
    y, chosen = dataset.y.copy(), rng.permutation(len(dataset.y))[: round(amount * len(dataset.y))]
    y.iloc[chosen] = y.iloc[np.roll(chosen, 1)].to_numpy()
    return dataset._replace(y=y)


def outlier_cut(dataset: Dataset, amount: float, rng: np.random.Generator, stratify: bool) -> Dataset:
    """Leave out rows with a number further from the quartiles than so many interquartile ranges (Tukey 1977)."""
    numbers = dataset.X.select_dtypes("number")
    low, high = numbers.quantile(0.25), numbers.quantile(0.75)
    reach = amount * (high - low)
    return dataset.take(~((numbers < low - reach) | (numbers > high + reach)).any(axis=1))


def share(dataset: Dataset, amount: float, rng: np.random.Generator, stratify: bool) -> Dataset:
    """Keep a share of the rows, of each class where there are classes, of the newest where they have a time."""
    order = rng.permutation(len(dataset.y))
    if dataset.times is not None:
        order = np.argsort(-pd.factorize(dataset.times, sort=True)[0], kind="stable")
    one = stratify and not several(dataset.y)
    classes = pd.Series(dataset.y.iloc[order]) if one else pd.Series("all", range(len(order)))
    rank = classes.groupby(classes.to_numpy()).cumcount().to_numpy()
    size = classes.map(classes.value_counts()).to_numpy()
    return dataset.take(np.sort(order[rank < np.ceil(amount * size)]))


TREATMENTS = {treatment.__name__: treatment for treatment in (row_order, label_noise, outlier_cut, share)}


def treat(dataset: Dataset, treatments: Treatments, stratify: bool) -> Dataset:
    """Apply treatments, each (name, amount, seed), to training rows, one after the other."""
    for name, amount, seed in treatments:
        dataset = TREATMENTS[name](dataset, amount, np.random.default_rng(seed), stratify)
    return dataset


def as_taken(value: Any, usual: Any) -> Any:
    """Return a value of the plan as a parameter takes it: as a tuple if its usual one is, as TOML has none."""
    return tuple(value) if isinstance(value, list) and isinstance(usual, tuple) else value


def parameters(where: str, change: Ablation | Choice, model: Any) -> dict[str, Any]:
    """
    Return which parameter of a model a plan's entry sets to what; {} if it removes columns.

    Raises
    ------
    StudyError
        If the model has no such parameter or step, or it has that value already.
    """
    name = change.parameter or getattr(change, "step", None)
    if name is None:
        return {}
    known = model.get_params() if hasattr(model, "get_params") else {}
    if name not in known:
        raise StudyError(refusal("study/plan.toml", where, name, "a parameter of the candidate", list(known)))
    value = as_taken(change.value if change.parameter else "passthrough", known[name])
    if known[name] == value and type(known[name]) is type(value):
        raise StudyError(f"study/plan.toml: {where}: {name} is {value!r} already, so nothing would change")
    return {name: value}


def alternatives(plan: Plan) -> dict[str, dict[str, Any]]:
    """
    Return the settings that the plan's variants name; one whose values are lists is a grid of them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stated = {"as it is": {}, "deep": {"tree__max_depth": [4, 8], "tree__max_features": 2}}
    >>> list(alternatives(SimpleNamespace(variants=stated)))
    ['as it is', 'deep max_depth=4', 'deep max_depth=8']
    """
    settings = {}
    for name, stated in plan.variants.items():
        grid = ParameterGrid({key: value if isinstance(value, list) else [value] for key, value in stated.items()})
        for setting in grid:
            drawn = [f"{key.rpartition('__')[2]}={setting[key]}" for key in stated if isinstance(stated[key], list)]
            settings[" ".join([name, *drawn])] = {key: setting[key] for key in stated}
    return settings


def variants(plan: Plan, model: Any) -> dict[str, dict[str, Any]]:
    """Return what each variant sets in a model; raise StudyError if that has no such parameter."""
    known = model.get_params() if plan.variants and hasattr(model, "get_params") else {}
    for name, stated in plan.variants.items():
        for key in stated.keys() - known.keys():
            where = f"[variants] {name}"
            raise StudyError(refusal("study/plan.toml", where, key, "a parameter of the candidate", [*known]))
    settings = alternatives(plan).items()
    return {name: {key: as_taken(value, known[key]) for key, value in setting.items()} for name, setting in settings}


def leaves(model: Any) -> dict[str, object]:
    """Parameters of a model that are not themselves made of estimators, by name, as text without addresses."""
    return {
        name: re.sub(r" at 0x\w+", "", repr(value))
        for name, value in model.get_params().items()
        if not hasattr(value, "get_params") and name.rpartition("__")[2] not in LISTS
    }


def proofs(study: Study, scores: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Prove of each ablation that exactly one named thing changed, in parameters and in features going in and out.

    Return of each ``name``, ``removed`` (in words), ``parameters`` (what changed), and as [candidate, ablated]
    ``features_in``, what a model was given, and ``features_out``, what its last step was given. Raise StudyError if
    something else changed with it: the trap of dropping columns where a step was meant.
    """
    changes = []
    for name, change in study.plan.ablations.items():
        changed = refuse_more(study, name, change)
        (given, seen), (given_less, seen_less), alike = shapes(scores, name)
        if alike:
            refuse_columns(name, change, (given, seen), (given_less, seen_less))
        gone = len(change.columns or [])
        removed = f"columns {', '.join(change.columns or [])}" if gone else f"step {change.step}"
        removed = f"{change.parameter} = {change.value!r}" if change.parameter else removed
        sizes = {"features_in": [given, given_less], "features_out": [seen, seen_less]}
        changes.append({"name": name, "removed": removed, "parameters": changed} | sizes)
    return changes


def shapes(scores: pd.DataFrame, name: str) -> tuple[list[int], list[int], bool]:
    """Return of the candidate, and ablated, its features in and out; and whether these are of one variant of both."""
    own = scores[(scores["kind"] == "role") & (scores["name"] == "candidate")]
    less = scores[(scores["kind"] == "ablation") & (scores["name"] == name)]
    fold = ["repeat", "seed", "fold"]
    pairs = own.merge(less, on=[*fold, *(["variant"] if "variant" in scores else [])], suffixes=("", "_less"))
    alike = not pairs.empty
    first = (pairs if alike else own.merge(less, on=fold, suffixes=("", "_less"))).iloc[0]
    sizes = [int(first[f"features_{way}{end}"]) for end in ("", "_less") for way in ("in", "out")]
    return sizes[:2], sizes[2:], alike


def refuse_more(study: Study, name: str, change: Ablation) -> list[str]:
    """List what an ablation changes in the parameters; raise StudyError if that is more than it names, or nothing."""
    changed = changed_parameters(f"[ablations] {name}", change, study.models["candidate"])
    target = change.parameter or change.step
    more = [key for key in changed if key != target and not key.startswith(f"{target}__")]
    where = f"study/plan.toml: [ablations] {name}"
    if target and more:
        raise StudyError(f"{where}: {', '.join(more)} changed with {target}: let each ablation change one thing")
    if target and not changed:
        raise StudyError(f"{where}: {target} is as it was: name another value, or another step")
    return changed


def refuse_columns(name: str, change: Ablation, before: tuple[int, int], after: tuple[int, int]) -> None:
    """Raise StudyError if columns went, or came, that an ablation does not name; features (given, to the last step)."""
    gone = len(change.columns or [])
    if before[0] - after[0] != gone or (not gone and before[1] != after[1] and not change.changes_features):
        raise StudyError(
            f"study/plan.toml: [ablations] {name}: the last step was given {after[1]} features instead of {before[1]}: "
            "columns went, or came, with it; say changes_features = true if that is what the step is for"
        )


def changed_parameters(where: str, change: Ablation, build: Builder) -> list[str]:
    """List the parameters, down to the last, in which the ablated candidate differs."""
    full, ablated = build(0), build(0)
    setting = parameters(where, change, full)
    if not setting:
        return []
    before, after = leaves(full), leaves(ablated.set_params(**setting))
    return sorted(key for key in before | after if before.get(key) != after.get(key))
