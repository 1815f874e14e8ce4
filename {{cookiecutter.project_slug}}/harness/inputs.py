"""The study, ready to run: its plan, its models and its data, each checked against the others."""

import importlib
import inspect
from typing import NamedTuple

from sklearn.base import is_classifier

from . import StudyError, dataset, plan, seeds, splits


class Study(NamedTuple):
    """What a run starts from."""

    plan: plan.Plan
    models: dict  # name -> function from a seed to an unfitted estimator
    development: dataset.Dataset
    sealed: dataset.Dataset
    excluded: int

    @property
    def stratify(self):
        """Whether folds keep the shares of classes: if the candidate is a classifier."""
        return is_classifier(self.models[self.plan.models.candidate](0))

    def counts(self):
        """Tell how many rows went where, and how many groups there are to learn from."""
        development, groups = len(self.development.y), self.development.groups.nunique()
        return {"development": development, "groups": groups, "sealed": len(self.sealed.y), "excluded": self.excluded}


def module(name):
    """Import a module of the study."""
    try:
        return importlib.import_module(f"study.{name}")
    except (ImportError, SyntaxError) as error:
        raise StudyError(f"study/{name}.py cannot be imported: {error}") from None


def data_module(path):
    """Import study/data.py and check that it names what it must, in columns of its schema."""
    data = module("data")
    missing = [name for name in ("load", "SCHEMA", "FEATURES", "TARGET", "GROUP") if not hasattr(data, name)]
    if missing:
        raise StudyError(f"{path}: it must define {', '.join(missing)}")
    columns = list(data.SCHEMA.columns)
    named = [("FEATURES", name) for name in data.FEATURES] + [("TARGET", data.TARGET)]
    named += [("GROUP", data.GROUP)] if data.GROUP is not None else []
    wrong = [plan.refusal(path, key, name, "a column of SCHEMA", columns) for key, name in named if name not in columns]
    if data.TARGET in [*data.FEATURES, data.GROUP]:
        wrong.append(f"{path}: TARGET: {data.TARGET!r} is also a feature or the group: it would tell the answer")
    if wrong:
        raise StudyError("\n".join(wrong))
    return data


def model_functions():
    """Collect the models: the functions in study/models.py whose one argument is called ``seed``."""
    models = module("models")
    functions = {name: item for name, item in vars(models).items() if inspect.isfunction(item)}
    return {name: item for name, item in functions.items() if list(inspect.signature(item).parameters) == ["seed"]}


def read(root):
    """Read the study of a repository; raise StudyError at the first part, plan, code or data, that is wrong."""
    path = root / "study" / "plan.toml"
    planned = plan.read(path)
    data, models = data_module("study/data.py"), model_functions()
    plan.resolve(planned, "study/plan.toml", models, data.FEATURES)
    table, excluded = dataset.load(data)
    share, seed = planned.evaluation.sealed, seeds.child(planned.evaluation.seed, "seal")
    seal = splits.sealed(table.groups, share, seed)
    if seal.all() or not seal.any():
        raise StudyError(
            f"study/plan.toml: [evaluation] sealed: {share} of {table.groups.nunique()} groups leaves one side empty"
        )
    return Study(planned, models, table.take(~seal), table.take(seal), excluded)
