"""Checks for leakage across the seal or a fold; codes as in Kapoor and Narayanan (2023, Patterns 4, 100804)."""

import numpy as np
import pandas as pd

from harness.checks import readers
from harness.checks.engine import NotExercised, at, check
from harness.checks.schema import line_of
from harness.exceptions import blame
from harness.method import splits, test_set

DATA = "study/data.py"


def lessened(subject, draw):
    """Load the study with all it reads, and again without half of its largest table (whole groups if possible)."""
    data, time = subject.data, subject.study.plan.rows.dependence == "time"
    with readers.watched() as seen:
        before = data.load()
    if not seen:
        raise NotExercised("load() reads no table through pandas (pd.read_csv and the like)")
    sizes = [one.rows for one in seen]
    largest, rng = int(np.argmax(sizes)), np.random.default_rng(draw)
    units = before[data.GROUP] if data.GROUP and len(before) == max(sizes) else pd.Series(range(max(sizes)))
    codes, names = pd.factorize(units)
    kept = codes < len(names) * draw / 4 if time else np.isin(codes, rng.permutation(len(names))[: len(names) // 2])

    def half(number, table):
        return table if number != largest else table[kept] if table.index.name else table[kept].reset_index(drop=True)

    with readers.watched(half):
        try:
            after = data.load()
        except Exception as error:  # it is the study's code
            raise blame(error, "load(), when half of the rows are not there", DATA) from error
    return before, after


@check("L1.2", "preprocessing-after-split", requires=("D2",))
def preprocessing_after_split(subject):
    """
    load() makes each row from itself alone, or from the rows of its own group.

    Detected: half of the raw rows are taken away, three times; load() must say the same of those that are left.
    Why: a mean to scale by, a median to impute, a code for a category carry what test rows say into training rows.
    Do: move that step into a pipeline in study/models.py, where it is fitted on the training rows of each fold; if it
        looks at the target, take it out.
    """
    time = subject.study.plan.rows.dependence == "time"
    readers.loaded_twice()
    for draw in (1, 2, 3):
        before, after = lessened(subject, draw)
        if set(after.columns) != set(before.columns):
            yield at(DATA, "load(): which columns there are depends on the other rows: name them")
            return
        if not 0 < len(after) < len(before):
            raise NotExercised("load() gives as many rows when half of what it reads is not there")
        if after.index.equals(before.index[: len(after)]) and not time:
            raise NotExercised("load() names rows by their place, so that they cannot be followed")
        strange = after.index.difference(before.index)
        if len(strange):
            yield at(DATA, "load(): its name depends on the other rows: take it from what the row says", row=strange[0])
            return
        group = subject.data.GROUP
        if group:
            sizes = before[group].map(before[group].value_counts())
            kept = after[group].map(after[group].value_counts())
            after = after[(kept == sizes.loc[after.index]) | after[group].ne(before.loc[after.index, group])]
        one, two = (table.loc[after.index, before.columns].astype(object) for table in (before, after))
        differs = (one != two) & ~(one.isna() & two.isna())
        for column in differs.columns[differs.any()]:
            row = differs.index[differs[column]][0]
            was, now = one.loc[row, column], two.loc[row, column]
            was, now = (f"{one:.6g}" if isinstance(one, float) else repr(one) for one in (was, now))
            says = f"is {was}, but {now} when other rows are missing: compute it in a pipeline in study/models.py"
            yield at(DATA, says, row=row, column=column)
        if differs.any(axis=None):
            return


def shuffled(table, rng):
    """Shuffle each column by itself, so that nothing tells anything."""
    return table.apply(lambda column: column.iloc[rng.permutation(len(column))].set_axis(column.index))


def stated(data):
    """What study/data.py has to state before anyone looks at a row."""
    names = {name: getattr(data, name, None) for name in ("FEATURES", "TARGET", "GROUP", "TIME", "CANARIES")}
    return names | {"EXCLUDE": list(getattr(data, "EXCLUDE", {})), "SCHEMA": list(data.SCHEMA.columns)}


@check("L1.3", "selection-in-fold")
def selection_in_fold(subject):
    """
    Which columns are features, and which rows are canaries or left out, is written down, not computed from the rows.

    Detected: study/data.py is executed again while the columns of all it reads are shuffled; it must state the same.
    Why: features that were chosen by how well they tell the target, on all rows, have seen the test rows' answers.
    Do: write FEATURES down, or select inside a pipeline (sklearn.feature_selection) in study/models.py.
    """
    now = subject.study and stated(subject.data)

    for draw in (1, 2, 3):
        rng = np.random.default_rng(draw)
        with readers.watched(lambda number, table, rng=rng: shuffled(table, rng)) as seen:
            try:
                with readers.executed_anew(subject.root) as module:
                    then = stated(module)
            except Exception as error:  # it is the study's code
                raise NotExercised(f"study/data.py cannot be executed on shuffled data: {error}") from None
        for name in now:
            if now[name] != then[name]:
                says = f"{name} is computed from the rows (on shuffled data it is {then[name]!r}): write down what"
                says += " the question is about, or select inside a pipeline in study/models.py"
                yield at(DATA, says, line_of(subject, name, None))
        if not seen or now != then:
            return


@check("L1.4", "duplicates-apart")
def duplicates_apart(subject):
    """
    No two rows of different groups are the same in every feature, or as good as.

    Detected: rows that differ by less than 0.01 standard deviations in every number, and in nothing else.
    Why: if one of them is trained on and the other tested, one tells the answer of the other.
    Do: give both one GROUP, or EXCLUDE one of them, with the reason.
    """
    study = subject.study
    both = test_set.all_rows(study)
    if not (both.X.select_dtypes("number") % 1 > 0).any(axis=None):
        raise NotExercised("no feature is continuous, so equal rows are to be expected")
    if chance := splits.duplicates(both._replace(X=shuffled(both.X, np.random.default_rng(0)))):
        raise NotExercised(f"{len(chance)} pairs of rows are as good as equal by chance, when columns are shuffled")
    for one, two, how in splits.duplicates(both):
        same = "the same as" if how == "exact" else "as good as the same as"
        says = f"is {same} row {two!r} of another group: one GROUP for both, or EXCLUDE one of them"
        yield at(DATA, says, row=one)


def sides(subject):
    """Name every border of the study, with the rows on both of its sides: the seal, and each fold of each repeat."""
    study = subject.study
    yield "the seal", study.development, study.sealed
    for repeat, folds in enumerate(subject.cuts):
        for fold, (train, test) in enumerate(folds):
            yield f"fold {fold} of repeat {repeat}", study.development.take(train), study.development.take(test)


@check("L3.1", "time-ordered")
def time_ordered(subject):
    """
    Whatever a model is tested on happened after all that it was trained on.

    Detected: the latest TIME of the training rows is held against the first of the test rows, at the seal and in each
    fold; a TIME that is text is in the order of time only if it begins with the year.
    Why: a model that was trained on the future is asked what it has already seen.
    Do: make TIME a number or a date in load() (pd.to_datetime, with its format); leave the order to the harness.
    """
    study = subject.study
    if study.plan.rows.dependence != "time":
        raise NotExercised(f"[rows] dependence is {study.plan.rows.dependence!r}: the order of time plays no part")
    times = study.development.times
    if pd.api.types.is_string_dtype(times) or times.dtype == object:
        odd = times[~times.astype(str).str.match(r"\d{4}(-\d\d)*")]
        if len(odd):
            says = "is text whose order is not that of time: make it a date in load() (pd.to_datetime, with its format)"
            yield at(DATA, says, row=odd.index[0], column=subject.data.TIME, value=odd.iloc[0])
    for where, train, test in sides(subject):
        if train.times.max() >= test.times.min():
            yield f"{where}: training goes up to {train.times.max()}, testing starts at {test.times.min()}"


@check("L3.2", "groups-apart")
def groups_apart(subject):
    """
    Rows that belong together are never parted by the seal or by a fold.

    Detected: the groups of both sides have nothing in common; where there is no GROUP, no other column looks like one.
    Why: rows of one nest, patient or site resemble each other, so that one tells the answer of the other.
    Do: name it as GROUP in study/data.py, dependence = "group" in the plan; if it means nothing, drop it in load().
    """
    study = subject.study
    dependence = study.plan.rows.dependence
    if dependence == "time":
        says = "L3.1 looks at the order; what comes again may stand on both sides"
        raise NotExercised(f"[rows] dependence is 'time': {says}")
    if not study.development.groups.is_unique:
        for where, train, test in sides(subject):
            for group in sorted(set(train.groups) & set(test.groups)):
                yield f"group {group!r} is on both sides of {where}: leave splitting to the harness"
        return
    data, rows = subject.data, len(study.table)
    for column in study.table.columns.difference([*data.FEATURES, data.TARGET]):
        values = study.table[column].value_counts()
        if not pd.api.types.is_float_dtype(study.table[column]) and rows / 10 < len(values) < rows * 0.9:
            says = f"up to {values.iloc[0]} rows have the same value, as of one nest or person, and nothing keeps them"
            says += f" together: GROUP = {column!r} here, and dependence = 'group' in study/plan.toml"
            yield at(DATA, says, column=column)


@check("L3.3", "sampling-unbiased")
def sampling_unbiased(subject):
    """
    What is left out is left out whatever its answer is, and nobody that the claim is about is left out wholly.

    Detected: the target is shuffled, and EXCLUDE must leave out the same rows; each class is there on both sides of the
        seal; each subgroup of the plan is still there.
    Why: rows that are dropped because the answer did not fit make any model look good.
    Do: let EXCLUDE look at how a row was measured, never at TARGET; else narrow the claim in study/plan.toml.
    """
    study, data = subject.study, subject.data
    target = study.table[data.TARGET]
    mixed = target.iloc[np.random.default_rng(0).permutation(len(target))].set_axis(target.index)
    other = study.table.assign(**{data.TARGET: mixed})
    for reason, function in getattr(data, "EXCLUDE", {}).items():
        moved = function(study.table) != function(other)
        moved &= target.notna() & mixed.notna()  # a row without a target may be left out for that
        if moved.any():
            says = f"EXCLUDE {reason!r} looks at the target: with another {data.TARGET} it would choose otherwise"
            says += "; choose by how a row was measured"
            yield at(DATA, says, line_of(subject, "EXCLUDE", reason), row=moved.index[moved][0])
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
