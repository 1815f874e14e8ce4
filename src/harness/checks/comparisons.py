"""Checks of what the candidate is compared with: ablations take away one thing."""

import numpy as np

from harness.checks.engine import NotExercised, check
from harness.checks.randomness import sampled
from harness.exceptions import StudyError
from harness.fits import estimators, fit
from harness.method import jobs, variation


@check("A1", "ablation-changes-one-thing", refits=True)
def ablation_changes_one_thing(subject):
    """
    An ablation takes away what it names, and nothing goes with it.

    Detected: parameters before and after are compared; candidate and ablated model are fitted on a few rows; features
    that reach the last step are counted; both have to go on looking at numbers if the candidate did.
    Why: a step that is dropped with the columns it prepared ("no scaling") tells what the columns are worth, not it.
    Do: name one parameter, step (it becomes "passthrough") or list of columns; or say changes_features = true.
    """
    study = subject.study
    if not study.plan.ablations:
        raise NotExercised("the plan names no ablation")
    rows, train = sampled(study)
    base = jobs.of_role(study, "candidate", rows, train=train, variants={})  # each would choose its own
    unseen = rows.X.iloc[np.setdiff1d(np.arange(len(rows.y)), train)]

    def look(name, columns, setting):
        """Return how many features go in and reach the last step, and whether the model is blind for numbers."""
        model = fit.fit(base._replace(name=name, columns=columns, parameters=setting), rows.take(train))
        X = unseen[columns]
        numbers = X.select_dtypes("number").columns
        moved = X.assign(**{name: X[name].to_numpy()[::-1] for name in numbers})
        blind = len(numbers) > 1 and fit.outputs(model, X) == fit.outputs(model, moved)
        return (len(columns), int(estimators.features_out(model, len(columns)))), blind

    try:
        features, blind = look("candidate", base.columns, {})
    except StudyError:
        raise NotExercised("the candidate cannot be fitted: M1 says why") from None
    for name, change in study.plan.ablations.items():
        try:
            setting = variation.parameters(f"[ablations] {name}", change, base.build(0))
            variation.refuse_more(study, name, change)
            columns = [column for column in base.columns if column not in (change.columns or [])]
            left, left_blind = look(name, columns, setting)
            variation.refuse_columns(name, change, features, left)
        except StudyError as error:
            yield from str(error).splitlines()
            continue
        if left_blind and not blind and not change.columns and not change.changes_features:
            message = "the ablated model looks at no number any more: the columns went with it"
            remedy = "take away one thing, or say changes_features = true if that is what it is for"
            yield f"study/plan.toml: [ablations] {name}: {message}; {remedy}"
