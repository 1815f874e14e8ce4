"""Checks of the borders between what is trained on and what is tested: nothing that belongs together is parted."""

import numpy as np
import pandas as pd

from harness.checks import readers
from harness.checks.leakage import DATA, shuffled
from harness.checks.registry import NotExercised, at, check, cuts, readable
from harness.checks.tables import line_of
from harness.method import splits, test_set


@check("L1.4", "duplicates-apart")
def duplicates_apart(root):
    """
    No two rows of different groups are the same in every feature, or as good as.

    Detected: rows that differ by less than 0.01 standard deviations in every number, and in nothing else.
    Why: if one of them is trained on and the other tested, one tells the answer of the other.
    Do: give both one GROUP, or EXCLUDE one of them, with the reason.
    """
    study = readable(root)
    both = test_set.all_rows(study)
    if not (both.X.select_dtypes("number") % 1 > 0).any(axis=None):
        raise NotExercised("no feature is continuous, so equal rows are to be expected")
    if chance := splits.duplicates(both._replace(X=shuffled(both.X, np.random.default_rng(0)))):
        raise NotExercised(f"{len(chance)} pairs of rows are as good as equal by chance, when columns are shuffled")
    for one, two, how in splits.duplicates(both):
        same = "the same as" if how == "exact" else "as good as the same as"
        says = f"is {same} row {two!r} of another group: one GROUP for both, or EXCLUDE one of them"
        yield at(DATA, says, row=one)


def sides(study):
    """Name every border of the study, with the rows on both of its sides: the seal, and each fold of each repeat."""
    yield "the seal", study.development, study.sealed
    for repeat, folds in enumerate(cuts(study)):
        for fold, (train, test) in enumerate(folds):
            yield f"fold {fold} of repeat {repeat}", study.development.take(train), study.development.take(test)


@check("L3.1", "time-ordered")
def time_ordered(root):
    """
    Whatever a model is tested on happened after all that it was trained on.

    Detected: the latest TIME of the training rows is held against the first of the test rows, at the seal and in each
    fold; a TIME that is text is in the order of time only if it begins with the year.
    Why: a model that was trained on the future is asked what it has already seen.
    Do: make TIME a number or a date in load() (pd.to_datetime, with its format); leave the order to the harness.
    """
    study = readable(root)
    if study.plan.rows.dependence != "time":
        raise NotExercised(f"[rows] dependence is {study.plan.rows.dependence!r}: the order of time plays no part")
    times = study.development.times
    if pd.api.types.is_string_dtype(times) or times.dtype == object:
        odd = times[~times.astype(str).str.match(r"\d{4}(-\d\d)*")]
        if len(odd):
            says = "is text whose order is not that of time: make it a date in load() (pd.to_datetime, with its format)"
            yield at(DATA, says, row=odd.index[0], column=readers.data().TIME, value=odd.iloc[0])
    for where, train, test in sides(study):
        if train.times.max() >= test.times.min():
            yield f"{where}: training goes up to {train.times.max()}, testing starts at {test.times.min()}"


@check("L3.2", "groups-apart")
def groups_apart(root):
    """
    Rows that belong together are never parted by the seal or by a fold.

    Detected: the groups of both sides have nothing in common; where there is no GROUP, no other column looks like one.
    Why: rows of one nest, patient or site resemble each other, so that one tells the answer of the other.
    Do: name it as GROUP in study/data.py, dependence = "group" in the plan; if it means nothing, drop it in load().
    """
    study = readable(root)
    dependence = study.plan.rows.dependence
    if dependence == "time":
        says = "L3.1 looks at the order; what comes again may stand on both sides"
        raise NotExercised(f"[rows] dependence is 'time': {says}")
    if not study.development.groups.is_unique:
        for where, train, test in sides(study):
            for group in sorted(set(train.groups) & set(test.groups)):
                yield f"group {group!r} is on both sides of {where}: leave splitting to the harness"
        return
    data, rows = readers.data(), len(study.table)
    for column in study.table.columns.difference([*data.FEATURES, data.TARGET]):
        values = study.table[column].value_counts()
        if not pd.api.types.is_float_dtype(study.table[column]) and rows / 10 < len(values) < rows * 0.9:
            says = f"up to {values.iloc[0]} rows have the same value, as of one nest or person, and nothing keeps them"
            says += f" together: GROUP = {column!r} here, and dependence = 'group' in study/plan.toml"
            yield at(DATA, says, column=column)


@check("L3.3", "sampling-unbiased")
def sampling_unbiased(root):
    """
    What is left out is left out whatever its answer is, and nobody that the claim is about is left out wholly.

    Detected: the target is shuffled, and EXCLUDE must leave out the same rows; each class is there on both sides of the
        seal; each subgroup of the plan is still there.
    Why: rows that are dropped because the answer did not fit make any model look good.
    Do: let EXCLUDE look at how a row was measured, never at TARGET; else narrow the claim in study/plan.toml.
    """
    study, data = readable(root), readers.data()
    target = study.table[data.TARGET]
    mixed = target.iloc[np.random.default_rng(0).permutation(len(target))].set_axis(target.index)
    other = study.table.assign(**{data.TARGET: mixed})
    for reason, function in getattr(data, "EXCLUDE", {}).items():
        moved = function(study.table) != function(other)
        moved &= target.notna() & mixed.notna()  # a row without a target may be left out for that
        if moved.any():
            says = f"EXCLUDE {reason!r} looks at the target: with another {data.TARGET} it would choose otherwise"
            says += "; choose by how a row was measured"
            yield at(DATA, says, line_of(root, "EXCLUDE", reason), row=moved.index[moved][0])
    if study.task == "classification":
        for side, rows in (("development", study.development), ("sealed", study.sealed)):
            for value in sorted(set(target.dropna()) - set(rows.y)):
                says = f"is the target of no row that is {side}: the claim is not about it"
                yield at(DATA, f"{says}; narrow EXCLUDE, or claim less", column=data.TARGET, value=value)
    kept = (study.development, study.sealed, study.canaries)
    left = study.table.loc[[name for rows in kept for name in rows.y.index]]
    for column in left[study.plan.rows.subgroups].select_dtypes(exclude="number"):  # numbers are told apart by ranges
        for value in sorted(set(study.table[column].dropna()) - set(left[column])):
            says = "is a subgroup of the plan, and EXCLUDE leaves all of it out"
            yield at(DATA, f"{says}; narrow EXCLUDE, or plan no such subgroup", column=column, value=value)
