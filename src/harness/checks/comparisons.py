"""Checks of what the candidate is compared with: a floor that knows nothing, ablations that take away one thing."""

import numpy as np

from harness import files, words
from harness.checks.engine import NotExercised, at, check
from harness.checks.randomness import sampled
from harness.exceptions import StudyError
from harness.method import estimators, fit, inputs, jobs, variation

POSITIVE = ("supported", "equivalent")
BASELINES = ("rival", "linear", "candidate")  # a role whose model is the floor's is no comparison


@check("B1", "floor-beaten")
def floor_beaten(subject):
    """
    There is a floor that knows nothing, it is nobody's rival, and a positive verdict rests on having beaten it.

    Detected: the floor's model is a dummy of scikit-learn, or predicts the same whatever the features are; neither
        rival, linear nor candidate has its function; the accepted interval of candidate minus floor lies above 0.
    Why: against a floor that learns, or a rival that does not, nothing can be told of the candidate.
    Do: let `floor` in the plan name a DummyClassifier or DummyRegressor, and `rival` the best that is known.
    """
    stated = subject.plan
    for role in BASELINES:
        if getattr(stated.models, role) == stated.models.floor:
            says = f"[models] {role} and floor name one function, {stated.models.floor!r}: give each its own"
            yield at(files.PLAN, says)
    if says := _learns(subject):
        yield at("study/models.py", f"{stated.models.floor}, the floor, {says}: take a dummy of scikit-learn")
    if (subject.root / "results" / "run.json").is_file():
        run = subject.accepted[1]
        if missing := [role for role in run["plan"]["models"] if role not in run["estimates"]["role"]]:
            yield f"results/run.json: no scores of {', '.join(missing)}: run and accept again"
        elif run["verdict"] in POSITIVE and (words.main_comparison(run, "floor")["low"] or 0) <= 0:
            yield f"results/run.json: {run['verdict']!r}, but the candidate is not shown to beat the floor: run again"


def _learns(subject):
    """Say how the floor learns from its features; None, if it does not."""
    study = subject.study
    model, again = (inputs.build(study.models, study.plan.models.floor, 0) for _ in range(2))
    last = model[-1] if hasattr(model, "steps") else model
    if any(one.__module__.startswith("sklearn.dummy") for one in type(last).__mro__):
        return None
    X, y = study.development.X.iloc[:200], study.development.y.iloc[:200]
    try:
        said, other = model.fit(X, y).predict(X), again.fit(X, y).predict(X.iloc[::-1])
    except Exception:  # it is the study's code, and for other checks to say
        return None
    return f"is a {type(last).__name__} that predicts by its features" if list(said) != list(other) else None


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
