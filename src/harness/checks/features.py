"""Checks of what the models are given: no feature is the answer in disguise, or only a name."""

import contextlib

import numpy as np
import pandas as pd
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness.checks import readers
from harness.checks.engine import NotExercised, at, check

TOLD = 0.99  # balanced accuracy, or R2: no honest measurement tells the answer as well as this by itself


def alone(study, column):
    """Score of a tree that is given one feature, trained on half of the groups and tested on the others, both ways."""
    X, y = study.development.X[column], study.development.y
    if not pd.api.types.is_numeric_dtype(X):
        X = pd.Series(pd.factorize(X)[0], X.index)
    half, classes = pd.factorize(study.development.groups)[0] % 2 == 0, study.task == "classification"
    tree = (DecisionTreeClassifier if classes else DecisionTreeRegressor)(min_samples_leaf=3, random_state=0)
    both, scoring = [np.flatnonzero(half), np.flatnonzero(~half)], "balanced_accuracy" if classes else "r2"
    return cross_val_score(tree, X.to_frame().astype(float), y, scoring=scoring, cv=[both, both[::-1]]).mean()


@check("L2.1", "feature-not-the-answer")
def feature_not_the_answer(subject):
    """
    No feature tells the target by itself alone.

    Detected: a tree that is given one feature, its gaps too, is right about 99 % of rows that it was not trained on.
    Why: such a feature was mostly made from the answer, or after it; where the model is to be used it is not there yet.
    Do: take it out of FEATURES, or tell why it is known beforehand under [waivers] in study/plan.toml.
    """
    study = subject.study
    for column in study.development.X.columns:
        if (score := alone(study, column)) > TOLD:
            asks = "is it known before the answer is? Else take it out of FEATURES"
            yield at("study/data.py", f"tells the target alone ({score:.3f}): {asks}", column=column)


def exchanged(data, before):
    """
    Exchange one value in each raw column that holds what the target holds.

    Yields
    ------
    pandas.DataFrame
        What load() gives then.
    """
    target = set(before[data.TARGET].dropna().astype(str))
    raw: list[pd.DataFrame] = []

    def kept(number, table):
        raw.append(table)
        return table

    with readers.watched(kept):
        data.load()
    for number, name in ((number, name) for number, table in enumerate(raw) for name in table):
        values = raw[number][name].dropna()
        if len(target & set(values.astype(str))) < len(target) / 2:
            continue  # it holds something else
        for place in {0, len(raw[number]) // 2}:
            other = values[values != raw[number][name].iloc[place]]

            def change(call, table, number=number, name=name, place=place, other=other):
                if call != number or other.empty:
                    return table
                column = table[name].copy()
                column.iloc[place] = other.iloc[0]
                return table.assign(**{name: column})

            with contextlib.suppress(ValueError, KeyError, TypeError), readers.watched(change):  # it may refuse that
                yield data.load()


@check("L2.3", "features-without-answer", requires=("L1.2", "L2.1"))
def features_without_answer(subject):
    """
    No feature of a row is computed from the answer of that row.

    Detected: a row's value is exchanged in the raw column that its target comes from; its features must stay the same.
    Why: a feature that holds a part of the answer is not there where the model is to be used.
    Do: compute the feature from what is known before the answer is; else take it out of FEATURES.
    """
    data = subject.study and subject.data
    with readers.watched() as seen:
        before = readers.loaded_twice()
    if not seen:
        raise NotExercised("load() reads no table through pandas (pd.read_csv and the like)")
    tried = 0
    for after in exchanged(data, before):
        both = before.index.intersection(after.index)
        one, two = (table.loc[both, [*data.FEATURES, data.TARGET]].astype(object) for table in (before, after))
        differs = (one != two) & ~(one.isna() & two.isna())
        own = differs[differs[data.TARGET]]
        for column in (name for name in data.FEATURES if own[name].any()):
            says = f"changes with the {data.TARGET} of its own row: it will not be known then; not in FEATURES"
            yield at("study/data.py", says, row=own.index[own[column]][0], column=column)
        tried += len(own)
        if tried > 1 or own.drop(columns=data.TARGET).any(axis=None):
            return
    if not tried:
        raise NotExercised("no raw column was found that the target comes from")


@check("L2.2", "feature-no-name")
def feature_no_name(subject):
    """
    No feature is a name: of the group, or of the row.

    Detected: GROUP is among FEATURES; a feature that is no number has a value of its own for nearly every group, or one
        that is counts the rows.
    Why: a model that knows rows by name has learned nothing about those that are new.
    Do: take it out of FEATURES; what is known of the group goes in as columns that other groups may share.
    """
    study, group = subject.study, subject.data.GROUP
    rows = study.development
    for column in rows.X.columns:
        values, whole = rows.X[column].nunique(), study.table[column]
        n, number = rows.groups.nunique(), pd.api.types.is_numeric_dtype(rows.X[column])
        counts = pd.api.types.is_integer_dtype(whole) and whole.is_unique and np.ptp(whole) == len(whole) - 1
        if column == group or counts or not number and values > max(20, 0.9 * n):
            what = "is GROUP" if column == group else f"has {values} values for {n} groups"
            says = f"{what}: it names the rows, and tells nothing of new ones: not in FEATURES"
            yield at("study/data.py", says, column=column)
