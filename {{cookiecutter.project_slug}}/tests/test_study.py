"""The contract: what any study has to keep, whatever its data and models are."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import get_scorer

from harness import StudyError, dataset, estimators, evaluate, inputs, jobs, plan, seeds, splits, statistics

ROOT = Path(__file__).parents[1]
each_role = pytest.mark.parametrize("role", plan.ROLES)


@pytest.fixture(scope="session")
def study():
    return inputs.read(ROOT)


@pytest.fixture(scope="session")
def data():
    return inputs.data_module("study/data.py")


def fitted(study, role, rows, train=slice(None)):
    """Return a model as a run would fit it."""
    job = jobs.of_role(study, role, rows, train=np.arange(len(rows.y))[train], model_seed=7)
    return evaluate.fit(job, evaluate.training_rows(job, rows))


@pytest.fixture(scope="session")
def whole(study):
    """Every role, fitted on all development rows."""
    return {role: fitted(study, role, study.development) for role in plan.ROLES}


# --- data


def test_every_row_has_a_name_a_target_and_a_side(study):
    development, sealed = study.development, study.sealed
    names = [*development.X.index, *sealed.X.index, *study.canaries.X.index]
    assert len(set(names)) == len(names)
    assert development.y.notna().all() and sealed.y.notna().all()
    assert not set(development.groups) & set(sealed.groups)


@pytest.mark.parametrize("half", [1, 2, 3])
def test_load_makes_each_row_from_itself_alone(data, monkeypatch, half):
    """
    Half of the raw rows are taken away: load() may say nothing else of those that are left.

    What depends on the other rows (a mean to scale by, a median to impute, a variance to select columns by, a code for
    a category) carries what the test rows say into the training rows. Such steps belong in study/models.py.
    """
    read, kept = [], None

    def reading(reader):
        def read_less(*arguments, **options):
            table = reader(*arguments, **options)
            read.append(len(table) if isinstance(table, pd.DataFrame) else 0)
            if kept != len(read) - 1:
                return table
            left = table.iloc[np.sort(np.random.default_rng(half).permutation(len(table))[: len(table) // 2])]
            return left if table.index.name else left.reset_index(drop=True)

        return read_less

    for name in dir(pd):
        if name.startswith("read_"):
            monkeypatch.setattr(pd, name, reading(getattr(pd, name)))
    before = data.load()
    if not any(read):
        pytest.skip("not exercised: load() reads no table through pandas (pd.read_csv and the like)")
    kept = int(np.argmax(read))  # of the tables that are read, the largest holds the rows
    read.clear()
    after = data.load()
    assert set(after.columns) == set(before.columns), "load(): which columns there are depends on the other rows"
    assert 0 < len(after) < len(before), "load() reads other tables each time"
    strange = after.index.difference(before.index)
    assert strange.empty, f"load(): the name of row {strange[0]!r} depends on the other rows"
    one, two = (table.loc[after.index, before.columns].astype(object) for table in (before, after))
    differs = (one != two) & ~(one.isna() & two.isna())
    for column in differs.columns[differs.any()]:
        row = differs.index[differs[column]][0]
        was, now = one.loc[row, column], two.loc[row, column]
        pytest.fail(f"load(): row {row!r}, column {column!r} is {was!r}, but {now!r} when other rows are missing")


def limits(schema):
    """Yield column, values at its limits that are allowed, and one that is not, for ranges and lists."""
    for name, column in schema.columns.items():
        for one in column.checks:
            stated = one.statistics or {}
            if "allowed_values" in stated:
                allowed = list(stated["allowed_values"])
                yield name, allowed, "no such value" if isinstance(allowed[0], str) else max(allowed) + 1
            elif isinstance(stated.get("max_value"), int | float):
                low = [stated["min_value"]] if stated.get("include_min", True) and "min_value" in stated else []
                high = [stated["max_value"]] if stated.get("include_max", one.name != "less_than") else []
                yield name, low + high, stated["max_value"] + 1
            elif isinstance(stated.get("min_value"), int | float):
                yield name, [stated["min_value"]] if one.name != "greater_than" else [], stated["min_value"] - 1


def test_what_the_schema_excludes_is_refused_by_row_and_column(study, data):
    stated = [(column, value) for column, _, value in limits(data.SCHEMA)]
    if not stated:
        pytest.skip("not exercised: SCHEMA states no range and no list of values")
    for column, value in stated:
        table = study.table.copy()
        row = table.index[len(table) // 2]
        table[column] = table[column].where(table.index != row, value)
        with pytest.raises(StudyError) as refused:
            dataset.load(SimpleNamespace(**vars(data) | {"load": lambda table=table: table}))
        assert f"row {row!r}, column {column!r}: " in str(refused.value)


# --- models


@each_role
def test_a_model_function_gives_a_fresh_estimator_each_time(study, role):
    build = study.models[getattr(study.plan.models, role)]
    assert build(1) is not build(1)


@each_role
def test_same_seed_same_result(study, role):
    build, rows = study.models[getattr(study.plan.models, role)], study.development
    found = []
    for noise in (1, 2):  # whatever state the global generators are in
        seeds.seed_everything(noise)
        model = estimators.tagged(build(7), study.task).fit(rows.X[::2], rows.y[::2])
        found.append(evaluate.outputs(model, rows.X[1::2]))
    assert found[0] == found[1]


def test_another_seed_another_result_somewhere(study):
    """A seed that reaches no model measures nothing when it is varied."""
    rows = study.development
    for role in plan.ROLES:
        build = study.models[getattr(study.plan.models, role)]
        models = (estimators.tagged(build(seed), study.task).fit(rows.X[::2], rows.y[::2]) for seed in (1, 2))
        one, two = (evaluate.outputs(model, rows.X[1::2]) for model in models)
        if one != two:
            return
    pytest.skip("not exercised: no model of this study draws random numbers (check R1 looks whether one could)")


@each_role
def test_test_rows_change_nothing_that_is_fitted(study, role):
    """What the test rows hold is replaced; predictions for the training rows stay bit for bit."""
    rows, test = study.development, np.arange(len(study.development.y)) % 4 == 0
    X, y = rows.X.copy(), rows.y.copy()
    X.loc[test], y.loc[test] = rows.X[~test].iloc[[0] * test.sum()].to_numpy(), rows.y[~test].iloc[0]
    changed = rows._replace(X=X.astype(rows.X.dtypes), y=y)
    one, two = (evaluate.outputs(fitted(study, role, each, ~test), rows.X[~test]) for each in (rows, changed))
    assert one == two


@pytest.mark.parametrize("role", plan.ROLES[1:])  # a floor may guess
def test_a_row_is_told_by_itself_alone(study, whole, role):
    """A prediction does not depend on which other rows are asked about at the same time."""
    rows = study.sealed.X
    together = pd.Series(whole[role].predict(rows), rows.index)
    for n in range(0, len(rows), max(1, len(rows) // 5)):
        (alone,) = whole[role].predict(rows.iloc[[n]])
        exact = study.task == "classification"
        assert alone == (together.iloc[n] if exact else pytest.approx(together.iloc[n], rel=1e-9)), rows.index[n]


@each_role
def test_models_accept_what_the_schema_accepts(study, data, whole, role):
    """A gap where the schema allows one, every value of a list, both ends of a range."""
    probes, usual = [], study.table.loc[[study.development.X.index[0]]]
    allowed = [(name, value) for name, values, _ in limits(data.SCHEMA) for value in values]
    allowed += [(name, np.nan) for name, column in data.SCHEMA.columns.items() if column.nullable]
    for column, value in allowed:
        probe = usual.copy()
        probe[column] = pd.Series([value], probe.index).astype(probe[column].dtype)
        if not any(mask(probe).any() for mask in getattr(data, "EXCLUDE", {}).values()):
            probes.append(probe.set_axis([f"{column} = {value}"]))
    if not probes:
        pytest.skip("not exercised: SCHEMA states no range, no list of values and no gap")
    for probe in probes:
        predicted = whole[role].predict(probe[data.FEATURES])
        assert len(predicted) == 1 and pd.notna(predicted).all(), probe.index[0]


def test_canaries_are_told_rightly(study, whole):
    if not study.expected:
        pytest.skip("not exercised: study/data.py declares no CANARIES")
    known = [*study.development.y.index, *study.sealed.y.index]
    assert not set(study.expected) & set(known), "a canary was trained on"
    X = study.canaries.X.loc[list(study.expected)]
    for (row, expected), predicted in zip(study.expected.items(), whole["candidate"].predict(X), strict=True):
        if isinstance(expected, tuple | list):
            assert expected[0] <= predicted <= expected[1], f"canary {row!r}: {predicted} is not in {expected}"
        else:
            assert predicted == expected, f"canary {row!r}: {predicted!r}, not {expected!r}"


def gain(study, rows, cuts):
    """Return by how much the candidate scores better than the floor, for each cut into train and test."""
    metric, found = study.plan.question.metric, []
    for train, test in cuts:
        pair = [fitted(study, role, rows, train) for role in ("candidate", "floor")]
        scores = [get_scorer(metric)(model, rows.X.iloc[test], rows.y.iloc[test]) for model in pair]
        found.append(scores[0] - scores[1])
    return found


def test_shuffled_targets_score_like_the_floor(study):
    """There is nothing to learn; a candidate that does better has seen the answers of its test rows elsewhere."""
    rng, rows, found = np.random.default_rng(0), study.development, []
    folds = min(5, study.plan.evaluation.folds)
    for draw in range(3):
        shuffled = rows._replace(y=pd.Series(rng.permutation(rows.y.to_numpy()), rows.y.index))
        cuts = splits.folds(shuffled, folds, draw, study.task == "classification")
        found += gain(study, shuffled, cuts)
    ratio = np.mean([len(test) / len(train) for train, test in cuts])
    estimate = statistics.corrected_interval(found, ratio)
    assert (estimate.value if estimate.low is None else estimate.low) <= 0, found


@pytest.mark.parametrize("draw", range(3))
def test_a_tiny_sample_can_be_overfitted(study, draw):
    """Asked about the few rows that it was fitted on, a candidate that learns anything beats the floor."""
    rows, rng = study.development, np.random.default_rng(draw)
    order = rows.y.iloc[rng.permutation(len(rows.y))]
    if study.task == "classification":
        chosen = order.groupby(order, sort=True).head(max(3, 10 // order.nunique())).index
    else:
        chosen = order.sort_values(kind="stable").iloc[np.linspace(0, len(order) - 1, 10).astype(int)].index
    few = rows.take(rows.y.index.isin(chosen))
    (better,) = gain(study, few, [(np.arange(len(few.y)), np.arange(len(few.y)))])
    assert better > study.plan.question.margin
