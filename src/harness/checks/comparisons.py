"""Checks of what the candidate is compared with: ablations take away one thing."""

import numpy as np

from harness.checks.engine import NotExercised, check
from harness.checks.randomness import sampled
from harness.exceptions import StudyError
from harness.method import estimators, fit, jobs, variation


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
    base = jobs.of_role(study, "candidate", rows, train=train)
    test = np.setdiff1d(np.arange(len(rows.y)), train)

    def look(name, columns, setting):
        job = base._replace(name=name, columns=columns, parameters=setting)
        try:
            model = fit.fit(job, rows.take(train))
        except StudyError as error:
            raise StudyError(f"{error}: it has to do without what {name} takes away") from None
        X = rows.X[columns].iloc[test]
        numbers = X.select_dtypes("number").columns
        moved = X.assign(**{one: X[one].to_numpy()[::-1] for one in numbers})
        blind = len(numbers) > 1 and fit.outputs(model, X) == fit.outputs(model, moved)
        return len(columns), int(estimators.features_out(model, len(columns))), blind

    try:
        whole = look("candidate", base.columns, {})
    except StudyError:
        raise NotExercised("the candidate cannot be fitted: M1 says why") from None
    for name, change in study.plan.ablations.items():
        where = f"study/plan.toml: [ablations] {name}"
        try:
            setting = variation.parameters(f"[ablations] {name}", change, base.build(0))
            variation.refuse_more(study, name, change)
            found = look(name, [one for one in base.columns if one not in (change.columns or [])], setting)
            variation.refuse_columns(name, change, whole[:2], found[:2])
        except StudyError as error:
            yield from str(error).splitlines()
            continue
        if found[2] and not whole[2] and not change.columns and not change.changes_features:
            says = "the ablated model looks at no number any more: the columns went with it"
            yield f"{where}: {says}; take away one thing, or say changes_features = true if that is what it is for"
