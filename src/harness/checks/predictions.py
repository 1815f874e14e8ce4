"""Checks of what models say of rows: by their features alone, and not as labels in disguise."""

import contextlib
from functools import partial

import numpy as np
import pandas as pd

from harness.checks.engine import NotExercised, check
from harness.checks.models import about, made_of, steady, whole
from harness.checks.randomness import probed
from harness.fits import fit
from harness.study import several


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
    for role in (role for role in subject.plan.models.named if steady(subject, role)):
        model = models[role]
        together = np.asarray(model.predict(few))
        for n in range(0, len(few), max(1, len(few) // 6)):
            (alone,) = np.asarray(model.predict(few.iloc[[n]]))
            if not np.all(alone == together[n] if exact else np.isclose(alone, together[n], rtol=1e-9)):
                message = f"row {few.index[n]!r}: {alone} when asked alone, {together[n]} among {len(few)} others"
                yield about(subject, role, f"{message}: learn in fit, only apply in predict")
                break
        else:
            ask = partial(said, model, labels=np.unique(study.development.y))
            usual = ask(rows)
            if (moved := apart(usual, ask(rows.set_axis(renamed(rows.index))))).any():
                message = f"row {rows.index[moved][0]!r}: under another name it is told something else"
                yield about(subject, role, f"{message}: a model may look at features alone, not at the index of X")
            elif len(isolated := rows.index[lone(ask, rows, usual)]):
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
    graded = [name for name, scorer in study.scorers.items() if scorer._response_method != "predict"]
    if study.task != "classification" or not graded or several(study.development.y):
        raise NotExercised("no metric of the plan looks at probabilities or decisions of one target")
    for role in subject.plan.models.named:
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


@check("M9", "scorers-as-installed", refits=True)
def scorers_as_installed(subject):
    """
    What scores and judges is what was installed: the study puts nothing else in its place.

    Detected: in a fresh process, scikit-learn's scorers and metrics and the judge's functions are compared before the
        study is imported and after its models were fitted and asked.
    Why: a metric that was replaced has the name of another, so that every score in the result is of nobody knows what.
    Do: name the metric in the plan; pass a score of your own to a search as scoring=..., under no name of scikit-learn.
    """
    replaced = probed(subject)[1].replaced
    if replaced:
        more = f" (and {len(replaced) - 1} more)" if len(replaced) > 1 else ""
        yield f"study/: importing or fitting the models replaces {replaced[0]}{more}: take that out"


def said(model, X, labels):
    """Return what a model says of rows as numbers, a line each: probabilities, decisions, numbers, or which label."""
    for method in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, method):
            with contextlib.suppress(AttributeError, NotImplementedError):
                told = getattr(model, method)(X)
                two_each = isinstance(told, list) and np.ndim(told[0]) == 2  # of several labels
                told = np.hstack(told) if two_each else np.asarray(told)
                return (told if told.dtype.kind in "fiub" else told[:, None] == labels).reshape(len(X), -1) * 1.0
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


def lone(ask, rows, usual):
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
            alone[alone] = apart(usual[alone], ask(moved), 0.2)
    return alone
