"""The study, ready to run: its plan, its models and its data, each checked against the others."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from sklearn import datasets
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer_names
from sklearn.utils.multiclass import type_of_target

from harness import files, seeds
from harness.exceptions import StudyError, blame, refusal
from harness.method import plan, splits
from harness.method.plan import Plan
from harness.study import Dataset, canaries_of, data_module, load_dataset, model_functions

Builder = Callable[[int], Any]  # from a seed to an unfitted estimator


class Study(NamedTuple):
    """What a run starts from."""

    plan: plan.Plan
    models: dict[str, Builder]
    task: str  # "classification" or "regression": what the floor does
    development: Dataset
    sealed: Dataset
    canaries: Dataset
    expected: dict[str, Any]  # canary -> target, or a range (low, high) of it
    rows: dict[str, Any]  # how many rows went where, and why
    table: pd.DataFrame  # all valid rows with all columns
    root: Path  # the repository


def read(root: Path) -> Study:
    """Read the study of a repository; raise StudyError at the first part, plan, code or data, that is wrong."""
    planned = plan.read(root / files.PLAN)
    data, models = data_module("study/data.py"), model_functions()
    resolve(planned, data, models)
    table, known, excluded = load_dataset(data)
    canaries = canaries_of(data, known)
    rest = known.take(~known.y.index.isin(canaries))
    seal = splits.sealed(rest, planned.rows, seeds.noted(planned.evaluation.seed, "seal"))
    if seal.all() or not seal.any():
        raise StudyError(
            f"{files.PLAN}: [rows] sealed: that leaves one side of the seal empty ({seal.sum()} of {len(seal)})"
        )
    development, sealed = rest.take(~seal), rest.take(seal)
    rows = {"read": len(table), "excluded": excluded, "canaries": len(canaries), "development": len(development.y)}
    rows |= {"groups": development.groups.nunique(), "sealed": len(sealed.y)}
    task = task_of(planned, models, development.y)
    shown = known.take(known.y.index.isin(canaries))
    return Study(planned, models, task, development, sealed, shown, canaries, rows, table, root)


def build(models: dict[str, Builder], name: str, seed: int) -> Any:
    """Build a model; what its function raises is told with its line."""
    try:
        return models[name](seed)
    except Exception as error:  # it is the study's code
        raise blame(error, name, "study/models.py") from error


def task_of(planned: Plan, models: dict[str, Builder], y: pd.Series) -> str:
    """Tell the task by what the floor is, once every model has been built and the target fits."""
    for name in dict(planned.models).values():
        build(models, name, 0)
    floor = planned.models.floor
    if is_classifier(models[floor](0)):
        if type_of_target(y) == "continuous":
            raise StudyError(f"{files.PLAN}: [models] floor: {floor!r} is a classifier, but the target is continuous")
        return "classification"
    if not pd.api.types.is_numeric_dtype(y):
        raise StudyError(f"{files.PLAN}: [models] floor: {floor!r} is no classifier, but the target is no number")
    return "regression"


def resolve(planned: Plan, data: Any, models: Iterable[str]) -> None:
    """Check each name in the plan against the models, the columns and scikit-learn's scorers, or raise StudyError."""
    function = "a function of a seed in study/models.py"
    named = [(f"[models] {role}", name, function, models) for role, name in planned.models]
    named += [("[question] metric", name, "a scikit-learn scorer", get_scorer_names()) for name in planned.metrics]
    for ablation, change in planned.ablations.items():
        where = f"[ablations] {ablation}"
        named += [(where, name, "in FEATURES of study/data.py", data.FEATURES) for name in change.columns or []]
    columns = list(data.SCHEMA.columns)
    named += [("[rows] subgroups", name, "a column of SCHEMA", columns) for name in planned.rows.subgroups]
    wrong = [refusal(files.PLAN, *one) for one in named if one[1] not in one[3]]
    if planned.models.candidate == planned.models.rival:
        wrong.append(f"{files.PLAN}: [models] candidate: it is the rival too, so there is nothing to compare")
    taken = {"ablations": set(plan.ROLES), "nuisances.choices": {*plan.RANDOM, "label_noise", "outlier_cut"}}
    for table, names in (("ablations", planned.ablations), ("nuisances.choices", planned.nuisances.choices)):
        for name in sorted(taken[table] & set(names)):
            wrong.append(f"{files.PLAN}: [{table}] {name}: that name has a meaning of its own; take another")
    wrong += dependence_problems(planned, data)
    if wrong:
        raise StudyError("\n".join(wrong))


def dependence_problems(planned: Plan, data: Any) -> Iterator[str]:
    """Yield a sentence where the plan and study/data.py disagree about how rows depend on each other."""
    dependence, group, time = planned.rows.dependence, data.GROUP, getattr(data, "TIME", None)
    needs = {"none": (False, False), "group": (True, False), "space": (True, False), "time": (False, True)}[dependence]
    for (name, value), needed in zip([("GROUP", group), ("TIME", time)], needs, strict=True):
        if needed and value is None:
            yield f"{files.PLAN}: [rows] dependence: {dependence!r} needs {name} in study/data.py to name a column"
        if value is not None and not needed:
            says = f"{dependence!r}, but {name} = {value!r} in study/data.py says otherwise"
            yield f"{files.PLAN}: [rows] dependence: {says}"


def benchmark(study: Study) -> Dataset:
    """
    Read the plan's benchmark data set: a bundled one of scikit-learn, or a module of study/ like data.py.

    Returns
    -------
    Dataset
        All its rows; a benchmark has no seal, since nobody tunes on it.
    """
    name = study.plan.evaluation.benchmark
    if not name.startswith("load_"):
        return load_dataset(data_module(f"study/{name}.py"))[1]
    if name not in datasets.__all__ or name in ("load_files", "load_svmlight_file", "load_svmlight_files"):
        bundled = [one for one in datasets.__all__ if one.startswith("load_")]
        raise StudyError(refusal(files.PLAN, "[evaluation] benchmark", name, "in sklearn.datasets", bundled))
    X, y = getattr(datasets, name)(return_X_y=True, as_frame=True)
    X.index = y.index = pd.Index([f"{name} {n}" for n in X.index])
    return Dataset(X, y, X.index.to_series())
