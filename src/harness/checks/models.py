"""Checks of the models' contract: each is fitted as a run would fit it, and has to keep what any model has to keep."""

import functools
import itertools

import numpy as np
import pandas as pd

from harness.checks import elsewhere
from harness.checks.engine import NotExercised, cached, check
from harness.checks.randomness import at_model, sampled, unsteady
from harness.exceptions import StudyError
from harness.fits import fit
from harness.method import jobs
from harness.study import data_module

# Of a range: its key in the statistics of a pandera check, whether it is included, and the check where it never is.
ENDS = (("min_value", "include_min", "greater_than"), ("max_value", "include_max", "less_than"))


def fitted(study, role, rows, train=slice(None)):
    """Return a model as a run would fit it."""
    job = jobs.of_role(study, role, rows, train=np.arange(len(rows.y))[train], model_seed=7)
    try:
        return fit.fit(job, fit.training_rows(job, rows))
    except StudyError:
        raise NotExercised("a model cannot be fitted: M1 says why") from None


@cached
def whole(subject):
    """Return every role, fitted on all development rows."""
    return {role: fitted(subject.study, role, subject.study.development) for role in subject.study.models}


def about(subject, role, message):
    """Make evidence about the model of a role."""
    return at_model(subject.study.models[role], message, role)


def steady(subject, role):
    """Whether the model of a role says the same each time; if not, R2 says so, and no other check can."""
    return subject.study.models[role].__name__ not in unsteady(subject)


def made_of(value, met):
    """Collect by id what a model is made of and can be fitted: itself, steps, estimators."""
    if isinstance(value, list | tuple):
        for item in value:
            made_of(item, met)
    elif hasattr(value, "fit") and hasattr(value, "__dict__") and not isinstance(value, type) and id(value) not in met:
        met[id(value)] = value
        made_of(list(vars(value).values()), met)
    return met


@check("M1", "fresh-estimator", refits=True)
def fresh_estimator(subject):
    """
    A model function makes an estimator that can be fitted, and a new one each time.

    Detected: each is called twice and fitted on the development rows; nothing that the fit changed may be in both.
    Why: what is shared carries what was learned in one fold into the next, where those rows are tested.
    Do: make the estimator, and all of its steps, inside the function.
    """
    study = subject.study
    for role in study.models:
        build, rows = study.models[role], study.development
        first, second = build(7), build(7)
        known = made_of(first, {})
        shared = [(part, dict(vars(part))) for key, part in made_of(second, {}).items() if key in known]
        again = functools.wraps(build)(lambda seed, made=second: made)
        try:
            fit.fit(jobs.of_role(study, role, rows, build=again), rows)
        except StudyError as error:
            yield str(error)
            continue
        for part, before in shared:
            now = vars(part)
            if now.keys() != before.keys() or any(now[key] is not before[key] for key in now):
                message = f"its {type(part).__name__} is the same object each time: make it in the function"
                yield about(subject, role, message)
                break


@check("M2", "test-rows-unknown", refits=True)
def test_rows_unknown(subject):
    """
    Nothing that is fitted depends on the rows that it is tested on.

    Detected: what the test rows hold is replaced in what the harness hands out; what the model says of other rows has
        to stay. A model that opens a file in data/raw is refused while it is fitted, here and in every run.
    Why: means, scales, selections or answers of test rows in a fit make scores that no new row will get (L1.2).
    Do: fit on the X and y that are given, and on nothing else.
    """
    study = subject.study
    rows, train = sampled(study)
    train = np.isin(np.arange(len(rows.y)), train)
    X, y = rows.X.copy(), rows.y.copy()
    first = [0] * (~train).sum()
    X.loc[~train], y.loc[~train] = (part[train].iloc[first].to_numpy() for part in (rows.X, rows.y))
    changed = rows._replace(X=X.astype(rows.X.dtypes), y=y)
    for role in study.models:
        usual, other = (fit.outputs(fitted(study, role, each, train), rows.X[train]) for each in (rows, changed))
        if not elsewhere.same(usual, other) and steady(subject, role):
            message = "other test rows make another fit: "
            yield about(subject, role, message + "harness/ hands them out for training, or the model finds them itself")


def limits(column):
    """Yield the values at its limits that a column of SCHEMA allows: of ranges, lists and gaps."""
    if column.nullable:
        yield np.nan
    for rule in column.checks:
        stated = rule.statistics or {}
        yield from stated.get("allowed_values", ())
        for key, included, strict in ENDS:
            value = stated.get(key)
            if isinstance(value, int | float) and stated.get(included, rule.name != strict):
                yield value


def probes(study):
    """Yield column, value and a row that holds it, for all that the schema says of features."""
    data, usual = data_module(), study.table.loc[[study.development.X.index[0]]]
    for column in study.plan.data.features:
        for value in limits(data.SCHEMA.columns[column]):
            probe = usual.copy()
            probe[column] = pd.Series([value], probe.index).astype(probe[column].dtype)
            if not any(mask(probe).any() for mask in getattr(data, "EXCLUDE", {}).values()):
                yield column, value, probe[study.plan.data.features]


@check("M4", "accepts-what-schema-accepts", refits=True)
def accepts_what_schema_accepts(subject):
    """
    Every model takes every value that the schema allows in a feature.

    Detected: each is asked about a gap where the schema allows one, every value of a list, both ends of a range.
    Why: such a row may be in another fold, or come tomorrow, and the run or the user meets an error.
    Do: prepare for it in the model (an imputer, handle_unknown="ignore"), or forbid it in SCHEMA.
    """
    study, models = subject.study, whole(subject)
    probed = list(probes(study))
    if not probed:
        raise NotExercised("SCHEMA states no range, no list of values and no gap in a feature")
    for role, (column, value, probe) in itertools.product(models, probed):
        try:
            predicted = np.asarray(models[role].predict(probe))
            error = f"says {predicted.tolist()}" if len(predicted) != 1 or pd.isna(predicted).any() else ""
        except Exception as raised:  # it is the study's code
            first, *_ = [*str(raised).strip().splitlines(), ""]
            error = f"{type(raised).__name__}: {first}"
        if error:
            remedy = "prepare for it in the model, or forbid it in SCHEMA"
            yield about(subject, role, f"{column} = {value}, which SCHEMA allows: {remedy} ({error})")
