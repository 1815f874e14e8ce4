"""Checks of a fair comparison: candidate and rival have the same chance, by a metric and labels that allow one."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from harness import cells, files, words
from harness.checks.engine import Note, NotExercised, at, check
from harness.checks.models import about, steady
from harness.checks.randomness import sampled
from harness.exceptions import StudyError
from harness.fits import fit
from harness.method import jobs
from harness.provenance import record
from harness.study import several

PAIR = ("candidate", "rival")
MOSTLY = 0.75  # the share of a class from which on accuracy rewards a constant
LEARNED, MISSED = 0.85, 0.7  # ROC AUC of a planted answer


def role_scores(subject):
    """Return scores.csv of the accepted result, of the roles alone."""
    folder, _ = subject.accepted
    scores = record.read_scores(folder)
    if "diagnostics" not in scores:
        raise NotExercised("the accepted run was recorded by an earlier harness: run and accept again")
    return scores[scores["kind"] == "role"].fillna({"diagnostics": ""})


def reported(scores, word, share):
    """Yield role, how many of its fits report a word in their diagnostics, of how many, and the first report."""
    for role, fits in scores.groupby("name", sort=False):
        lines = fits.loc[fits["diagnostics"].str.contains(word, regex=False), "diagnostics"]
        if len(lines) > share * len(fits):
            first = next(part for part in lines.iloc[0].split("; ") if word in part)
            yield role, f"{len(lines)} of {len(fits)} fits: {first}"


@check("F1", "fits-converged", requires=("S2",))
def fits_converged(subject):
    """
    Every fit of a role came to its end: none stopped because it had reached its limit of iterations.

    Detected: a run counts convergence warnings in each fit, also those that a filter silences (results/scores.csv).
    Why: a model that was stopped early is compared as it happened to be, often to the rival's disadvantage.
    Do: scale the features, raise max_iter, or waive it if stopping early is what you mean.
    """
    for role, message in reported(role_scores(subject), "no convergence", 0):
        yield about(subject, role, f"{message}. Scale the features or raise max_iter.")


@check("F2", "search-within-its-range", requires=("S2",))
def search_within_its_range(subject):
    """
    The best settings of a search lie inside the range that was searched.

    Detected: in more than half of a role's fits, the best value of a parameter is the lowest or highest of three or
        more numbers (0 or 1 as the lowest is often a natural end, and counts as inside).
    Why: a better setting may lie beyond the edge, so the model is compared below its worth.
    Do: widen the range until the best lies inside.
    """
    for role, message in reported(role_scores(subject), "est of ", 0.5):
        yield about(subject, role, f"{message}. Widen the range of the search.")


@check("F3", "both-tuned", requires=("S2",))
def both_tuned(subject):
    """
    If the candidate's settings are searched for, the rival's are too, and the other way round.

    Detected: results/scores.csv counts the settings that a search tried in each fit.
    Why: a tuned model against one at its defaults compares the effort, not the models.
    Do: put a search of a similar size into both, or waive it, saying why one of them has nothing to tune.
    """
    tried = role_scores(subject).groupby("name")["trials"].mean()
    if (tried[list(PAIR)] > 0).sum() == 1:
        searched, fixed = sorted(PAIR, key=lambda role: -tried[role])
        name = subject.study.models[searched].__name__
        message = f"{name} ({searched}) is the best of {tried[searched]:.0f} settings in each fit, this model has one"
        yield about(subject, fixed, f"{message}. Search for both, or waive F3 with the reason.")


@check("F4", "metric-fits-classes")
def metric_fits_classes(subject):
    """
    Accuracy is the metric only where no class has most of the rows.

    Detected: the plan's metric, and the shares of the classes in the development rows.
    Why: where nine rows of ten are "no", a constant "no" has an accuracy of 0.9.
    Do: take balanced_accuracy, roc_auc, average_precision or matthews_corrcoef.
    """
    study = subject.study
    if study.task != "classification" or study.plan.question.metric != "accuracy":
        return
    shares = study.development.y.value_counts(normalize=True)
    if shares.iloc[0] >= MOSTLY:
        message = f"accuracy, but {words.percent(shares.iloc[0])} of the rows are {shares.index[0]!r}, so that a "
        message += "constant is right as often. Take balanced_accuracy, roc_auc or average_precision."
        yield at(files.PLAN, f"[question] metric: {message}")


@check("F5", "labels-agree")
def labels_agree(subject):
    """
    Rows that are equal in every feature, one of them a measured number, an image or a signal, have one label.

    Detected: development rows with equal features are compared; features with few values may well coincide.
    Why: two labels for one measurement mean that one is wrong, or that the feature that separates them is missing.
    Do: correct the label in tidy() if you know which is wrong, else EXCLUDE both, with the reason.
    """
    study = subject.study
    X, y = cells.comparable(study.development.X), study.development.y
    if several(y):  # rows agree if all of their labels do
        y = pd.Series(map(str, y.to_numpy().tolist()), y.index)
    measured = [name for name in X.select_dtypes("number") if X[name].nunique() > len(X) / 4]
    measured += [name for name, column in study.development.X.items() if cells.is_array(column)]
    if study.task != "classification" or not measured:
        return
    known = X.dropna(subset=measured)
    kinds = known.groupby([*known], dropna=False, sort=False).ngroup()
    labels = y[known.index].groupby(kinds)
    for rows in labels.groups.values() if (labels.nunique() > 1).any() else ():
        if y[rows].nunique() > 1:
            first, other = y[rows].drop_duplicates().index[:2]
            message = f"is {y[first]!r}, but row {other!r} with the same features is {y[other]!r}. "
            yield at("study/data.py", message + "Correct it in tidy(), or EXCLUDE both.", row=first, column=y.name)


def planted_answer(rows, column, task, train):
    """
    Return the rows, one feature shuffled, with a target that it alone decides; None if it has few values of one kind.

    A tenth of the training rows has the other answer: a feature that tells all has no variance within a class, which
    models of covariances cannot invert.
    """
    values = rows.X[column].sample(frac=1, random_state=0).set_axis(rows.X.index)
    if values.isna().all():
        return None
    high = (values == values.mode().iloc[0]).to_numpy(bool, copy=True, na_value=False)
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > 2:
        high = (values > values.median()).to_numpy(bool, copy=True, na_value=False)
    if not 0.1 < high.mean() < 0.9:
        return None
    high[train[::10]] = ~high[train[::10]]
    low_high = rows.y.drop_duplicates().iloc[:2].to_numpy() if task == "classification" else np.array([0.0, 1.0])
    y = pd.Series(low_high[high.astype(int)], rows.y.index, name=rows.y.name)
    return rows._replace(X=rows.X.assign(**{column: values}), y=y)


def area(study, role, planted, train, test):
    """Return the ROC AUC of a role that is fitted on the training rows, about a planted answer of the test rows."""
    job = jobs.of_role(study, role, planted, train=train, test=test, model_seed=7)
    model, (X, y) = fit.fit(job, fit.training_rows(job, planted)), fit.test_rows(job, planted)
    said, high = fit.outputs(model, X), y == y.max()
    if study.task == "regression":
        return float(roc_auc_score(high, said["predict"]))
    graded = said["decision_function"] or (said["predict_proba"] and np.asarray(said["predict_proba"])[:, -1])
    return float(roc_auc_score(high, np.asarray(said["predict"]) == y.max() if graded is None else graded))


@check("F6", "rival-can-learn", refits=True)
def rival_can_learn(subject):
    """
    The rival learns from every feature that the candidate learns from.

    Detected: each feature in turn is shuffled, both are fitted on targets that it alone decides (above or below its
        median, or its most frequent value), and asked about other rows.
    Why: a rival that was given fewer columns, or a parameter that keeps it from learning, loses to anything.
    Do: give both the same columns, and the rival settings that are usual; or waive it, saying why.
    """
    study = subject.study
    rows, train = sampled(study)
    if several(rows.y):
        raise NotExercised("it is not made for several targets")
    test = np.setdiff1d(np.arange(len(rows.y)), train)
    if not all(steady(subject, role) for role in PAIR):
        raise NotExercised("a model says something else each time: R2 says why")
    for column in rows.X:
        if (kind := cells.kind(rows.X[column])) != "value":
            yield Note(f"{column!r} holds {kind}s, and no single value that could decide: it was not asked")
            continue
        if (planted := planted_answer(rows, column, study.task, train)) is None:
            continue
        try:
            rival = area(study, "rival", planted, train, test)
            if rival > MISSED or area(study, "candidate", planted, train, test) < LEARNED:
                continue
        except StudyError:
            raise NotExercised(f"a model cannot be fitted on targets made of {column!r}") from None
        message = f"where {column!r} alone decides, its ROC AUC is {rival:.2f}, and the candidate's above {LEARNED}"
        yield about(subject, "rival", f"{message}. Give both the same chance.")
