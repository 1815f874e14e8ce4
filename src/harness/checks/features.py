"""Checks of what the models are given: no feature is the answer in disguise, or only a name."""

import contextlib

import numpy as np
import pandas as pd
from sklearn.metrics import get_scorer
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from harness import cells
from harness.checks import perturbation
from harness.checks.engine import Note, NotExercised, at, cached, check
from harness.exceptions import StudyError

MOST = 5_000  # rows by which a feature is judged
HIGHEST = 0.99  # balanced accuracy, or R2: no honest measurement tells the answer as well as this by itself


def drawn(rows, most):
    """Return a Dataset, or of a large one so many rows in whole groups but for one; and notes that say so."""
    if len(rows.y) <= most:
        return rows, []
    codes, names = pd.factorize(rows.groups)
    order = np.argsort(np.random.default_rng(0).permutation(len(names))[codes], kind="stable")
    return rows.take(np.sort(order[:most])), [Note(f"{most:,} of {len(rows.y):,} rows were looked at")]


def score_alone(study, rows, column):
    """
    Score a tree that is given one feature, trained on half of the groups and tested on the others, both ways.

    Of several targets, about the one that it tells best.
    """
    X, targets = rows.X[column], pd.DataFrame(rows.y)
    if not pd.api.types.is_numeric_dtype(X):
        X = pd.Series(pd.factorize(X)[0], X.index)
    classes = study.task == "classification"
    tree = (DecisionTreeClassifier if classes else DecisionTreeRegressor)(min_samples_leaf=3, random_state=0)
    scorer, values = get_scorer("balanced_accuracy" if classes else "r2"), X.to_numpy(float, na_value=np.nan)[:, None]
    half = pd.factorize(rows.groups)[0] % 2 == 1

    def score(y):
        sides = ((half, ~half), (~half, half))
        return np.mean([scorer(tree.fit(values[train], y[train]), values[test], y[test]) for train, test in sides])

    return max(score(targets[name].to_numpy()) for name in targets)


@check("L2.1", "feature-not-the-answer")
def feature_not_the_answer(subject):
    """
    No feature tells the target by itself alone.

    Detected: a tree that is given one feature, its gaps too, is right about 99 % of rows that it was not trained on;
        of more than 5,000 rows so many are drawn, in whole groups.
    Why: such a feature was mostly made from the answer, or after it; where the model is to be used it is not there yet.
    Do: take it out of [data] features, or tell why it is known beforehand under [waivers] in study/plan.toml.
    """
    study = subject.study
    rows, notes = drawn(study.development, MOST)
    for column, values in rows.X.items():
        if (kind := cells.kind(values)) != "value":
            yield Note(f"{column!r} holds {kind}s, of which a tree knows nothing: it was not asked")
        elif (score := score_alone(study, rows, column)) > HIGHEST:
            asks = "is it known before the answer is? Else take it out of [data] features"
            yield at("study/data.py", f"tells the target alone ({score:.3f}): {asks}", column=column)
    yield from notes


@check("L2.3", "features-without-answer", requires=("L1.2", "L2.1"))
def features_without_answer(subject):
    """
    No feature of a row is computed from the answer of that row.

    Detected: one value is exchanged in each raw column; where the target of a row follows, its features must stay.
    Why: a feature that holds a part of the answer is not there where the model is to be used.
    Do: compute the feature from what is known before the answer is; else take it out of [data] features.
    """
    _, before, notes = perturbation.baseline(subject)
    features, targets = subject.plan.data.features, subject.plan.data.targets
    followed = 0
    for after in perturbation.exchanged(subject, corrected(subject)[0]):
        rows = before.index.intersection(after.index)
        rows = rows[perturbation.differing(before.loc[rows, targets], after.loc[rows, targets]).any(axis=1)]
        if rows.empty:
            continue
        followed += len(rows)
        own = perturbation.differing(before.loc[rows, features], after.loc[rows, features])
        for column in own.columns[own.any()]:
            message = f"changes with the {', '.join(targets)} of its own row, which is not known by then: "
            message += "compute it without that, or take it out of [data] features"
            yield at("study/data.py", message, row=rows[own[column]][0], column=column)
        if own.any(axis=None):
            return
    if not followed:
        raise NotExercised("no raw column was found that the target comes from")
    yield from notes


@check("L2.4", "answer-without-features", requires=("L1.2", "L2.1"))
def answer_without_features(subject):
    """
    The answer of a row is what was noted as the answer: it is not corrected, or filled in, by its features.

    Detected: each raw column gets its own values in another order, then its least and its largest one, in every row;
        where a feature follows and the answer of that row does too, the answer must come from that column wholly.
    Why: a model that finds the rule by which answers were corrected is right about nothing but that rule.
    Do: take answers as they were noted; leave doubtful rows out by EXCLUDE, for how they were measured.
    """
    for name, column, row, was, now in corrected(subject)[1]:
        message = f"the answer is {was!r}, but {now!r} with another {name!r}, of which the feature {column!r} is made"
        yield at("study/data.py", f"{message}: take answers as they were noted", row=row)


@cached
def corrected(subject):
    """
    Return raw columns that answers follow only here and there, and an example of each that makes a feature too.

    The columns that answers are made of are those that nearly every one follows, where the value is another.
    """
    tables, before, _ = perturbation.baseline(subject)
    features, targets = subject.plan.data.features, subject.plan.data.targets
    follows, examples = {}, {}
    for table, rows in tables.items():
        for name in rows:
            for n, (after, moved) in enumerate(replaced(subject, table, name)):
                both = (before[targets].notna() & after[targets].notna()).all(axis=1)
                other = perturbation.differing(before[targets], after[targets])
                changed = other.any(axis=1) & both
                if n == 0:
                    follows[name] = changed.sum() / max(1, min(moved, both.sum()))
                if not changed.any():
                    continue
                own = perturbation.differing(before.loc[changed, features], after.loc[changed, features])
                if own.any(axis=None) and name not in examples:
                    column = own.columns[own.any()][0]
                    row = own.index[own[column]][0]
                    target = other.columns[other.loc[row]][0]
                    examples[name] = name, column, row, before.at[row, target], after.at[row, target]
    partly = {name for name, share in follows.items() if share < max(follows.values()) / 2}
    return partly, [examples[name] for name in examples if name in partly]


def replaced(subject, name, column):
    """Replace all of a raw column, by its values in another order, its least and its largest; yield what tidy() says.

    With it, in how many raw rows the value is another then.
    """
    tables, before, _ = perturbation.baseline(subject)
    values = tables[name][column]
    some = values.dropna()
    if some.empty:
        return
    if pd.api.types.is_numeric_dtype(some):
        ends = [some.min(), some.max()]
    else:
        ends = list(some[:3]) if cells.is_array(some) else some.value_counts().index[:3].tolist()
    for other in (values.iloc[::-1].to_numpy(), *([end] * len(values) for end in ends)):
        moved = pd.Series(other, values.index, dtype=values.dtype)
        with contextlib.suppress(StudyError):
            made = perturbation.tidy(subject, tables | {name: tables[name].assign(**{column: moved})})
            differs = perturbation.differing(values.to_frame(), moved.to_frame(column))[column].to_numpy()
            renamed = len(made) == len(before) and not made.index.equals(before.index)
            if renamed and np.array_equal(made.index != before.index, differs):
                made = made.set_axis(before.index)  # the value is a part of each row's name
            if made.index.equals(before.index) and set(made) == set(before):
                yield made[list(before)], int(differs.sum())


@check("L2.2", "feature-no-name")
def feature_no_name(subject):
    """
    No feature is a name: of the group (but where all groups are known, in a panel), or of the row.

    Detected: the group is among the features; a feature that is no number, text or array has a value of its own for
        nearly every group, or one that is a number counts the rows. A text has four words that others do not share.
    Why: a model that knows rows by name has learned nothing about those that are new.
    Do: take it out of [data] features; what is known of the group goes in as columns that other groups may share.
    """
    study = subject.study
    group = subject.plan.data.group if study.development.known is None else ""
    n = study.development.groups.nunique()
    for column, values in study.development.X.items():
        whole = study.table[column]
        counts = pd.api.types.is_integer_dtype(whole) and whole.is_unique and np.ptp(whole) == len(whole) - 1
        many = cells.kind(values) == "value" and not pd.api.types.is_numeric_dtype(values)
        many = many and values.nunique() > max(20, 0.9 * n)
        if column == group or counts or many:
            what = "is the group" if column == group else f"has {values.nunique()} values for {n} groups"
            message = f"{what}: it names the rows, and tells nothing of new ones: not in [data] features"
            yield at("study/data.py", message, column=column)
