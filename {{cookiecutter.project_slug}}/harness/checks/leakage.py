"""Checks for leakage across the seal or a fold; codes as in Kapoor and Narayanan (2023, Patterns 4, 100804)."""

import numpy as np

from .. import ledger, splits
from .registry import NotExercised, check, cuts, readable


@check("L1.4", "duplicates-apart")
def duplicates_apart(root):
    """No two rows of different groups are the same in every feature, or as good as: one would tell the other."""
    study = readable(root)
    both = ledger.all_rows(study)
    if not (both.X.select_dtypes("number") % 1 > 0).any(axis=None):
        raise NotExercised("no feature is continuous, so equal rows are to be expected")
    rng = np.random.default_rng(0)
    mixed = both.X.apply(lambda column: column.iloc[rng.permutation(len(column))].set_axis(both.X.index))
    if chance := splits.duplicates(both._replace(X=mixed)):
        raise NotExercised(f"{len(chance)} pairs of rows are as good as equal by chance, when columns are shuffled")
    for one, two, how in splits.duplicates(both):
        yield f"rows {one!r} and {two!r} are {how} duplicates in different groups: one GROUP, or EXCLUDE one of them"


def sides(study):
    """Name every border of the study, with the rows on both of its sides: the seal, and each fold of each repeat."""
    yield "the seal", study.development, study.sealed
    for repeat, folds in enumerate(cuts(study)):
        for fold, (train, test) in enumerate(folds):
            yield f"fold {fold} of repeat {repeat}", study.development.take(train), study.development.take(test)


@check("L3.1", "time-ordered")
def time_ordered(root):
    """Whatever a model is tested on happened after all that it was trained on."""
    study = readable(root)
    if study.plan.rows.dependence != "time":
        raise NotExercised(f"[rows] dependence is {study.plan.rows.dependence!r}: the order of time plays no part")
    for where, train, test in sides(study):
        if train.times.max() >= test.times.min():
            yield f"{where}: training goes up to {train.times.max()}, testing starts at {test.times.min()}"


@check("L3.2", "groups-apart")
def groups_apart(root):
    """No group has rows on both sides of the seal, or of a fold."""
    study = readable(root)
    if study.development.groups.is_unique:
        raise NotExercised("every row is its own group: GROUP in study/data.py is None")
    for where, train, test in sides(study):
        for group in sorted(set(train.groups) & set(test.groups)):
            yield f"group {group!r} is on both sides of {where}"
