"""Checks of the models' contract: each is fitted as a run would fit it, and has to keep what any model has to keep."""

import contextlib
import functools
import itertools

import numpy as np
import pandas as pd
from sklearn.metrics import get_scorer

from harness.checks import elsewhere
from harness.checks.engine import NotExercised, cached, check
from harness.checks.randomness import at_model, sampled, unsteady
from harness.exceptions import StudyError
from harness.method import fit, jobs
from harness.method.sections import ROLES
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
    return {role: fitted(subject.study, role, subject.study.development) for role in ROLES}


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
    for role in ROLES:
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
    X.loc[~train], y.loc[~train] = rows.X[train].iloc[[0] * (~train).sum()].to_numpy(), rows.y[train].iloc[0]
    changed = rows._replace(X=X.astype(rows.X.dtypes), y=y)
    for role in ROLES:
        usual, other = (fit.outputs(fitted(study, role, each, train), rows.X[train]) for each in (rows, changed))
        if not elsewhere.same(usual, other) and steady(subject, role):
            message = "other test rows make another fit: "
            yield about(subject, role, message + "harness/ hands them out for training, or the model finds them itself")


@check("M3", "row-by-itself", refits=True)
def row_by_itself(subject):
    """
    What a model says of a row follows from the features of that row: not from other rows, its name, or a list of rows.

    Detected: rows are asked about together, one by one, under other names, and with numbers a hair's breadth beside
        what they are, to all sides; a floor may guess.
    Why: who knows rows by name or by their exact values, or ranks them among others, knows nothing of one new row.
    Do: learn in fit, from the training rows, and apply it in predict to any row; look nothing up by a row's name.
    """
    study, models = subject.study, whole(subject)
    rows = study.development.X
    few = rows.iloc[:: max(1, len(rows) // 60)]
    exact = study.task == "classification"
    for role in (role for role in ROLES[1:] if steady(subject, role)):
        model = models[role]
        together = np.asarray(model.predict(few))
        for n in range(0, len(few), max(1, len(few) // 6)):
            (alone,) = np.asarray(model.predict(few.iloc[[n]]))
            if not (alone == together[n] if exact else np.isclose(alone, together[n], rtol=1e-9)):
                message = f"row {few.index[n]!r}: {alone} when asked alone, {together[n]} among {len(few)} others"
                yield about(subject, role, f"{message}: learn in fit, only apply in predict")
                break
        else:
            usual = said(model, rows)
            if (moved := apart(usual, said(model, rows.set_axis(renamed(rows.index))))).any():
                message = f"row {rows.index[moved][0]!r}: under another name it is told something else"
                yield about(subject, role, f"{message}: a model may look at features alone, not at the index of X")
            elif len(isolated := rows.index[lone(model, rows, usual)]):
                message = f"row {isolated[0]!r}: with values a hair's breadth beside, to any side, it is told something"
                message += " else: the model knows rows by their exact values; take that list out"
                yield about(subject, role, message)


@check("M8", "probabilities-graded", refits=True)
def probabilities_graded(subject):
    """
    A model of this study that gives probabilities or decisions grades them: they are no labels in disguise.

    Detected: what a class of study/ says of the development rows is always one and the same set of numbers, in another
        order (0 and 1, or 0.01 and 0.99), and the metrics of the plan look at more than labels.
    Why: a metric of ranks or probabilities then measures labels, so that a rival loses, or a model wins, by its form.
    Do: return the probabilities of the model inside; without any, give predict alone, and plan a metric of labels.
    """
    study, X = subject.study, subject.study.development.X
    graded = [name for name in study.plan.metrics if get_scorer(name)._response_method != "predict"]
    if study.task != "classification" or not graded:
        raise NotExercised("no metric of the plan looks at probabilities or decisions")
    for role in ROLES[1:]:
        own = [part for part in made_of(whole(subject)[role], {}).values() if type(part).__module__.startswith("study")]
        given = fit.outputs(whole(subject)[role], X)
        for method in ("predict_proba", "decision_function"):
            told = np.asarray(given[method], float) if given[method] else np.zeros((0, 0))
            levels = np.sort(told, axis=1) if told.ndim == 2 else np.unique(told)
            hard = len(levels) == 2 if told.ndim == 1 else len(told) and np.ptp(levels, axis=0).max() < 1e-9
            if hard and any(hasattr(part, method) for part in own):
                message = f"{method} gives {levels.ravel()[0]:g} or {levels.ravel()[-1]:g} for each of {len(X)} rows: "
                yield about(subject, role, f"{message}these are labels; return what the model inside gives")
                break


def said(model, X):
    """Return what a model says of rows as numbers, one line a row: probabilities, decisions, or what it predicts."""
    for method in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, method):
            with contextlib.suppress(AttributeError, NotImplementedError):
                told = np.asarray(getattr(model, method)(X))
                return (told if told.dtype.kind in "fiub" else pd.factorize(told, sort=True)[0]).reshape(len(X), -1)
    return np.zeros((len(X), 1))


def renamed(index):
    """Return other names of the same type, as long as those that there are."""
    if pd.api.types.is_numeric_dtype(index):
        return index.max() + 1 + np.arange(len(index))
    return pd.Index([f"{n:0{len(str(name))}d}" for n, name in enumerate(index, 10**6)], name=index.name)


def apart(told, other, share=1e-6):
    """Return of which rows a model says something else, by more than this share of the range of what it says."""
    reach = np.nanmax(told) - np.nanmin(told)
    return (np.abs(told - other) > share * reach + 1e-12).any(axis=1)


def lone(model, rows, usual):
    """
    Return which rows are told something that no row beside them is told, moved a little to any of eight sides.

    What jumps at a border, as trees do, still says of a row on the border what it says on one side of it.
    """
    numbers = rows.select_dtypes("float")
    step = (1e-3 * numbers.std() + 1e-4 * numbers.abs().mean()).to_numpy()
    rng, alone = np.random.default_rng(0), np.full(len(rows), len(numbers.columns) > 0)
    sides = [np.full(numbers.shape, sign) for sign in (-1, 1)]
    sides += [rng.choice([-1, 1], numbers.shape) for _ in range(6)]
    for side in sides:
        if alone.any():
            moved = rows[alone].assign(**(numbers + side * step)[alone])
            alone[alone] = apart(usual[alone], said(model, moved), 0.2)
    return alone


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
    for role, (column, value, probe) in itertools.product(ROLES, probed):
        try:
            predicted = np.asarray(models[role].predict(probe))
            error = f"says {predicted.tolist()}" if len(predicted) != 1 or pd.isna(predicted).any() else ""
        except Exception as raised:  # it is the study's code
            first, *_ = [*str(raised).strip().splitlines(), ""]
            error = f"{type(raised).__name__}: {first}"
        if error:
            remedy = "prepare for it in the model, or forbid it in SCHEMA"
            yield about(subject, role, f"{column} = {value}, which SCHEMA allows: {remedy} ({error})")
