"""The study, ready to run: its plan, its models and its data, each checked against the others."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from sklearn import datasets
from sklearn.base import is_classifier
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.multiclass import type_of_target

from harness import files, seeds
from harness.exceptions import StudyError, blame, refusal
from harness.method import splits
from harness.plan import metrics, plan, sections
from harness.plan.plan import Plan
from harness.study import Dataset, canaries_of, data_module, load_dataset, model_functions, several, valid_table

Builder = Callable[[int], Any]  # from a seed to an unfitted estimator


class Study(NamedTuple):
    """What a run starts from."""

    plan: plan.Plan
    models: dict[str, Builder]  # by role
    task: str  # "classification" or "regression": what the candidate does
    development: Dataset
    sealed: Dataset
    canaries: Dataset
    expected: dict[str, Any]  # canary -> target, or a range (low, high) of it
    rows: dict[str, Any]  # how many rows went where, and why
    table: pd.DataFrame  # all valid rows with all columns
    root: Path  # the repository

    @property
    def scorers(self) -> metrics.Scorers:
        """The scorer of each metric of the plan."""
        return metrics.scorers(self.plan)


def read(root: Path, make: Callable[[Any], pd.DataFrame] = valid_table) -> Study:
    """
    Read the study of a repository; raise StudyError at the first part, plan, code or data, that is wrong.

    Who has made its table already says so by ``make``, see `load_dataset`.
    """
    planned = plan.read(root / files.PLAN)
    data, functions = data_module(), model_functions()
    resolve(planned, data.SCHEMA, functions)
    table, known, excluded = load_dataset(data, planned.data, make)
    expected = canaries_of(planned.data.canaries, known)
    canary = known.y.index.isin(expected)
    rest = known.take(~canary)._replace(gap=planned.rows.gap)
    if planned.rows.panel == "known groups":
        rest = rest._replace(groups=rest.y.index.to_series().astype(str), known=rest.groups)
    open_, seal = splits.sides(rest, planned.rows, seeds.noted(planned.evaluation.seed, "seal"))
    if not open_.any() or not seal.any() and planned.rows.sealed != 0:
        sizes = f"{seal.sum()} of {len(seal)}"
        raise StudyError(f"{files.PLAN}: [rows] sealed: that leaves one side of the seal empty ({sizes})")
    development, sealed = rest.take(open_), rest.take(seal)
    if planned.rows.panel:
        excluded[f"on neither side of the seal ({planned.rows.panel})"] = int((~open_ & ~seal).sum())
    rows = {"read": len(table), "excluded": excluded, "canaries": len(expected), "development": len(development.y)}
    rows |= {"groups": development.groups.nunique(), "sealed": len(sealed.y)}
    task = task_of(planned, functions, development.y)
    if task == "classification":
        rows["rarest"] = rarest(development)
    models = {"floor": FLOORS[task]} | {role: functions[name] for role, name in planned.models.named.items()}
    return Study(planned, models, task, development, sealed, known.take(canary), expected, rows, table, root)


def rarest(rows: Dataset) -> int:
    """Return how many groups hold the rarest class; 0 where groups are not so many independent units of one weight."""
    if rows.times is not None or rows.weights is not None or several(rows.y):
        return 0
    return int(rows.groups.groupby(rows.y.to_numpy()).nunique().min())


def dummy_classifier(seed: int) -> DummyClassifier:
    """Make the floor of a classification: it guesses by the shares of the classes."""
    return DummyClassifier(strategy="prior", random_state=seed)


def dummy_regressor(seed: int) -> DummyRegressor:
    """Make the floor of a regression: it predicts the mean."""
    return DummyRegressor()


FLOORS: dict[str, Builder] = {"classification": dummy_classifier, "regression": dummy_regressor}


def build(models: dict[str, Builder], name: str, seed: int) -> Any:
    """Build a model; raise StudyError with the line where its function fails."""
    try:
        return models[name](seed)
    except Exception as error:  # it is the study's code
        raise blame(error, name, "study/models.py") from error


def task_of(planned: Plan, functions: dict[str, Builder], y: pd.Series | pd.DataFrame) -> str:
    """Return the task by what the candidate is, once every model has been built and the target fits."""
    built = {role: build(functions, name, 0) for role, name in planned.models.named.items()}
    for role, model in built.items():
        last = model[-1] if isinstance(model, Pipeline) else model
        if isinstance(last, DummyClassifier | DummyRegressor):
            place = f"{files.PLAN}: [models] {role}: {getattr(planned.models, role)!r}"
            raise StudyError(f"{place} is a dummy, as the floor is already. Name a model that learns.")
    candidate = built["candidate"]
    numbers = all(map(pd.api.types.is_numeric_dtype, pd.DataFrame(y).dtypes))
    classifies = is_classifier(candidate) if hasattr(candidate, "__sklearn_tags__") else not numbers
    where = f"{files.PLAN}: [models] candidate: {planned.models.candidate!r}"
    if classifies and type_of_target(y).startswith("continuous"):
        raise StudyError(f"{where} is a classifier, but the target is continuous")
    if classifies and several(y) and type_of_target(y) != "multilabel-indicator":
        raise StudyError(f"{where} is a classifier of several targets: these have to be labels, of 0 and 1 alone")
    if not classifies and not numbers:
        raise StudyError(f"{where} is no classifier, but the target is no number")
    return "classification" if classifies else "regression"


def resolve(planned: Plan, schema: Any, functions: Iterable[str]) -> None:
    """Check each name in the plan against the models, the columns and the metrics, or raise StudyError."""
    function, columns = "a function of a seed in study/models.py", list(schema.columns)
    named = [(f"[models] {role}", name, function, functions) for role, name in planned.models.named.items()]
    named += [(f"[data] {key}", name, "a column of SCHEMA", columns) for key, name in planned.data.columns]
    for ablation, change in planned.ablations.items():
        where = f"[ablations] {ablation}"
        named += [(where, name, "in [data] features", planned.data.features) for name in change.columns or []]
    named += [("[rows] subgroups", name, "a column of SCHEMA", columns) for name in planned.rows.subgroups]
    wrong = [refusal(files.PLAN, *use) for use in named if use[1] not in use[3]] + [*metrics.problems(planned)]
    if planned.models.candidate == planned.models.rival:
        wrong.append(f"{files.PLAN}: [models] candidate: it is the rival too, so there is nothing to compare")
    taken = {"ablations": set(sections.ROLES), "nuisances.choices": {*sections.RANDOM, "label_noise", "outlier_cut"}}
    for table, names in (("ablations", planned.ablations), ("nuisances.choices", planned.nuisances.choices)):
        for name in sorted(taken[table] & set(names)):
            wrong.append(f"{files.PLAN}: [{table}] {name}: that name has a meaning of its own; take another")
    if wrong:
        raise StudyError("\n".join(wrong))


def benchmark(study: Study) -> Dataset:
    """
    Return the plan's benchmark data set: a bundled one of scikit-learn, or a module of study/ like data.py.

    All its rows: a benchmark has no seal, since nobody tunes on it.
    """
    name, columns = study.plan.evaluation.benchmark, study.plan.benchmark
    if columns:
        data = data_module(f"study/{name}.py")
        known = list(data.SCHEMA.columns)
        unknown = [(f"[benchmark] {key}", column) for key, column in columns.columns if column not in known]
        if unknown:
            raise StudyError("\n".join(refusal(files.PLAN, *use, "a column of SCHEMA", known) for use in unknown))
        return load_dataset(data, columns)[1]
    if name not in datasets.__all__ or name in ("load_files", "load_svmlight_file", "load_svmlight_files"):
        bundled = [loader for loader in datasets.__all__ if loader.startswith("load_")]
        raise StudyError(refusal(files.PLAN, "[evaluation] benchmark", name, "in sklearn.datasets", bundled))
    X, y = getattr(datasets, name)(return_X_y=True, as_frame=True)
    X.index = y.index = pd.Index([f"{name} {n}" for n in X.index])
    return Dataset(X, y, X.index.to_series())
