"""Checks for leakage across the seal or a fold; codes as in Kapoor and Narayanan (2023, Patterns 4, 100804)."""

import contextlib

import numpy as np
import pandas as pd

from harness import files
from harness.cells import comparable, is_array
from harness.checks import perturbation, resemblance
from harness.checks.engine import Note, NotExercised, at, cached, check
from harness.checks.schema import line_of
from harness.exceptions import StudyError
from harness.fits import test_set
from harness.inspection import duplicates

DATA = "study/data.py"
REMEDY = "name what they share as [data] group, or time; if they are independent all the same, waive L3.2"


@check("L1.2", "row-from-itself", requires=("D2",))
def row_from_itself(subject):
    """
    tidy() makes each row from itself alone, or from rows of its own group; where there is a time, from earlier rows.

    Detected: half of the raw rows are taken away, three times; tidy() must say the same of those that are left.
    Why: a mean to scale by, a median to impute, a code for a category carry what test rows say into training rows.
    Do: move that step into a pipeline in study/models.py, where it is fitted on the training rows of each fold; if it
        looks at the target or at later rows, take it out.
    """
    _, whole, notes = perturbation.baseline(subject)
    columns = subject.plan.data
    for draw in (1, 2, 3):
        try:
            after = perturbation.fewer(subject, draw)
        except StudyError as error:
            yield f"{error} (when half of the raw rows are not there)"
            return
        if set(after.columns) != set(whole.columns):
            yield at(DATA, "tidy(): which columns there are depends on the other rows: name them")
            return
        if not 0 < len(after) < len(whole):
            raise NotExercised("tidy() gives as many rows when half of the raw rows are not there")
        if after.index.equals(whole.index[: len(after)]) and not columns.time:
            raise NotExercised("tidy() names rows by their place, so that they cannot be followed")
        if len(strange := after.index.difference(whole.index)):
            yield at(DATA, "tidy(): its name depends on the other rows: take it from what the row says", row=strange[0])
            return
        if (group := columns.group) and not columns.time:  # a group of which some rows are gone may say something else
            sizes = whole[group].map(whole[group].value_counts())
            kept = after[group].map(after[group].value_counts())
            after = after[(kept == sizes.loc[after.index]) | after[group].ne(whole.loc[after.index, group])]
        changed = perturbation.differences(whole.loc[after.index], after[whole.columns])
        causes: dict[str, list[tuple]] = {}  # one line for all columns with one remedy
        for row, column, was, now in changed:
            causes.setdefault(remedy(subject, column), []).append((row, column, was, now))
        for what, ((row, column, was, now), *others) in causes.items():
            more = f" (also {', '.join(repr(name) for _, name, *_ in others)})" if others else ""
            missing = "later rows are" if columns.time else "other rows are"
            yield at(DATA, f"is {was}, but {now} when {missing} missing{more}: {what}", row=row, column=column)
        if causes:
            return
    yield from notes


def remedy(subject, column):
    """Return what to do about a column that follows other rows: a pipeline makes features of training rows alone."""
    columns = subject.plan.data
    if column in columns.targets:
        return "let the answer of a row come from that row alone; write a limit as a number into tidy()"
    if column not in columns.features:
        return "take it from what the row itself says, such as a name in the raw data"
    if columns.time:
        return "nobody knows later rows yet: take only earlier ones"
    if column in by_answers(subject):
        return "it is made from the answers of other rows: take it out"
    return "compute it in a pipeline in study/models.py"


@cached
def by_answers(subject):
    """Return the columns of which something changes when the answers in the raw rows are put in another order."""
    tables, before, _ = perturbation.baseline(subject)
    targets, found = subject.plan.data.targets, set()
    for name, rows in tables.items():
        for column in rows:
            with contextlib.suppress(StudyError):
                other = rows.assign(**{column: rows[column].to_numpy()[::-1]})
                after = perturbation.tidy(subject, tables | {name: other})
                if after.index.equals(before.index) and set(after) == set(before):
                    changed = perturbation.differing(before, after[list(before)]).any()
                    found |= {*changed.index[changed]} if changed[targets].any() else set()
    return found


@check("L1.4", "duplicates-apart")
def duplicates_apart(subject):
    """
    No two rows of different groups are the same in every feature, or as good as.

    Detected: rows that differ by less than 0.01 standard deviations in every number, and in nothing else (of images and
        signals, in no byte); and more rows whose nearest of another group is five times nearer than the tenth than
        there are by chance: of all, or of some that are drawn and compared with all.
    Why: if one of them is trained on and the other tested, one tells the answer of the other.
    Do: give both one group, or EXCLUDE one of them, with the reason.
    """
    both, rng = test_set.all_rows(subject.study), np.random.default_rng(0)
    if not duplicates.has_continuous(both.X):
        raise NotExercised("no feature is continuous, so equal rows are to be expected")
    pairs = duplicates.duplicates(both)
    looks = not pairs and subject.plan.rows.dependence in ("none", "group")
    close, expected, said = duplicates.copies(both) if looks else ([], 0.0, "")
    if (pairs or close) and not all(is_array(column) for _, column in both.X.items()):
        shuffled = both.X.apply(lambda column: column.sample(frac=1, random_state=rng).set_axis(column.index))
        if chance := duplicates.duplicates(both._replace(X=shuffled)):
            raise NotExercised(f"{len(chance)} pairs of rows are as good as equal by chance, when columns are shuffled")
    for first, second, how in pairs:
        same = "the same as" if how == "exact" else "as good as the same as"
        message = f"is {same} row {second!r} of another group: one group for both, or EXCLUDE one of them"
        yield at(DATA, message, row=first)
    yield from [Note(said)] if said else []
    for first, second in close[:1]:
        message = f"is nearly row {second!r} of another group, and {len(close)} rows are so near to their nearest,"
        message += f" where {expected:.0f} are by chance: copies with noise? One group for both, or EXCLUDE one"
        yield at(DATA, message, row=first)


@check("L3.2", "groups-apart")
def groups_apart(subject):
    """
    Rows that belong together are never parted by the seal or by a fold.

    Detected: no group is on both sides, no two have almost the same name, none is a gap or a rounded number; rows of
        two groups are not alike by a part of their names. Where each row is a group of its own, no other column looks
        like a group, rows are not alike by their names, and no column, raw ones too, finds rows that tell each other's
        target, by one value of it or by dates that are close. Of a panel: no two groups have almost the same name, and
        none that is new is on both sides.
    Why: rows of one nest, patient or site resemble each other, so that one tells the answer of the other.
    Do: name what they share as group in [data] of the plan, with dependence = "group", or as time; give one group one
        name in tidy(); if a column means nothing, drop it there.
    """
    study = subject.study
    panel = study.plan.rows.panel
    if study.plan.rows.dependence == "time" and not panel:
        raise NotExercised("[rows] dependence is 'time': this check is for rows without an order")
    groups = study.development.groups
    if group := study.plan.data.group:
        names = [rows.groups if rows.known is None else rows.known for rows in (study.development, study.sealed)]
        named = resemblance.misnamed(pd.concat(names), study.table[group])
        yield from (at(DATA, message, column=group) for message in named)
    if panel == "known groups":  # which are on both sides
        return
    if not groups.is_unique:
        codes, names = pd.factorize(pd.concat([groups, study.sealed.groups]), sort=True)
        developed, sealed = np.split(codes, [len(groups)])
        borders = [("the seal", developed, sealed)]
        for repeat, folds in enumerate(subject.cuts):
            cuts = enumerate(folds)
            borders += [(f"fold {n} of repeat {repeat}", *(developed[rows] for rows in cut)) for n, cut in cuts]
        for border, one, other in borders:
            for group in names[np.intersect1d(one, other)]:
                yield f"group {group!r} is on both sides of {border}: leave splitting to the harness"
        if not panel and (pair := resemblance.parted(subject)):  # of a panel rows of one time are alike
            message = f"is of another group than row {pair[1]!r}, and rows of such names are more alike than a group is"
            yield at(DATA, f"{message}: let [data] group be what their names share", row=pair[0])
    if not panel and groups.nunique() > 0.9 * len(groups):
        yield from alone(subject)


def alone(subject):
    """Yield what shows that rows belong together, although each is a group of its own."""
    study, columns, found = subject.study, subject.plan.data, False
    table, rows = comparable(study.table), len(study.table)
    named = [*columns.features, *columns.targets, *([] if study.development.groups.is_unique else [columns.group])]
    for column in table.columns.difference(named):
        values = table[column].value_counts()
        if not pd.api.types.is_float_dtype(table[column]) and rows / 10 < len(values) < rows * 0.9:
            message = f"up to {values.iloc[0]} rows have the same value, as of one nest or person, and nothing keeps"
            message += f" them together: in study/plan.toml, [data] group = {column!r} and [rows] dependence = 'group'"
            yield at(DATA, message, column=column)
            found = True
    if not found:
        for message in resemblance.undeclared(subject):
            yield at(files.PLAN, f"[rows] dependence: each row is a group of its own, but {message}: {REMEDY}")


@check("L3.3", "sampling-unbiased")
def sampling_unbiased(subject):
    """
    What is left out is left out whatever its answer is, and nobody that the claim is about is left out wholly.

    Detected: the target is shuffled, and EXCLUDE must leave out the same rows; each class is there on both sides of the
        seal; each subgroup of the plan is still there.
    Why: rows that are dropped because the answer did not fit make any model look good.
    Do: let EXCLUDE look at how a row was measured, never at the target; else narrow the claim in study/plan.toml.
    """
    study, names = subject.study, subject.plan.data.targets
    told = ", ".join(names)
    target = study.table[names]
    mixed = target.sample(frac=1, random_state=0).set_axis(target.index)
    other = study.table.assign(**mixed)
    for reason, mask in getattr(subject.data, "EXCLUDE", {}).items():
        moved = mask(study.table) != mask(other)
        moved &= (target.notna() & mixed.notna()).all(axis=1)  # a missing one may be a reason
        if moved.any():
            message = f"EXCLUDE {reason!r} looks at the target: with another {told} it would choose otherwise"
            line = line_of(subject.root / DATA, f'"{reason}"', "EXCLUDE")
            yield at(DATA, f"{message}; choose by how a row was measured", line, row=moved.index[moved][0])
    if study.task == "classification":
        for side, rows in (("development", study.development), ("sealed", study.sealed)):
            for name, known in pd.DataFrame(rows.y).items():
                for value in sorted(set(target[name].dropna()) - set(known)):
                    message = f"is the target of no row that is {side}: the claim is not about it"
                    yield at(DATA, f"{message}; narrow EXCLUDE, or claim less", column=name, value=value)
    left = study.table.loc[[*study.development.y.index, *study.sealed.y.index, *study.canaries.y.index]]
    for column in left[study.plan.rows.subgroups].select_dtypes(exclude="number"):  # numbers are told apart by ranges
        for value in sorted(set(study.table[column].dropna()) - set(left[column])):
            message = "is a subgroup of the plan, and EXCLUDE leaves all of it out"
            yield at(DATA, f"{message}; narrow EXCLUDE, or plan no such subgroup", column=column, value=value)
