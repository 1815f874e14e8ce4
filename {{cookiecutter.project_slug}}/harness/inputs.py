"""The study, ready to run: its plan, its models and its data, each checked against the others."""

import inspect
from typing import NamedTuple

from . import StudyError, dataset, plan, seeds, splits


class Study(NamedTuple):
    """What a run starts from."""

    plan: plan.Plan
    models: dict  # name -> function from a seed to an unfitted estimator
    development: dataset.Dataset
    sealed: dataset.Dataset
    excluded: int

    def counts(self):
        """Tell how many rows went where, and how many groups there are to learn from."""
        development, groups = len(self.development.y), self.development.groups.nunique()
        return {"development": development, "groups": groups, "sealed": len(self.sealed.y), "excluded": self.excluded}


def model_functions():
    """Collect the models: the functions in study/models.py whose one argument is called ``seed``."""
    try:
        from study import models
    except (ImportError, SyntaxError) as error:
        raise StudyError(f"study/models.py cannot be imported: {error}") from None
    functions = {name: item for name, item in vars(models).items() if inspect.isfunction(item)}
    return {name: item for name, item in functions.items() if list(inspect.signature(item).parameters) == ["seed"]}


def read(root):
    """Read the study of a repository; raise StudyError with one line for each thing that is wrong."""
    path = root / "study" / "plan.toml"
    planned = plan.read(path)
    from study import data

    models = model_functions()
    plan.resolve(planned, path, models, data.FEATURES)
    table, excluded = dataset.load(data)
    share, seed = planned.evaluation.sealed, seeds.child(planned.evaluation.seed, "seal")
    seal = splits.sealed(table.groups, share, seed)
    if seal.all() or not seal.any():
        raise StudyError(f"{path}: [evaluation] sealed: {share} leaves no row on one side")
    return Study(planned, models, table.take(~seal), table.take(seal), excluded)
