"""Splits: groups stay whole, classes keep their shares, sealed rows stay sealed."""

import datetime

import numpy as np
import pandas as pd
import pytest

from harness.exceptions import StudyError
from harness.method import splits, statistics
from harness.plan.rows import Rows
from harness.study import Dataset


def dataset(rows=120, per_group=2, share=0.25):
    rng = np.random.default_rng(0)
    index = pd.Index([f"row {n}" for n in range(rows)])
    y = pd.Series(np.where(rng.permutation(rows) < share * rows, "yes", "no"), index)
    groups = pd.Series([f"group {n // per_group}" for n in range(rows)], index)
    return Dataset(pd.DataFrame({"x": rng.normal(size=rows)}, index), y, groups)


@pytest.mark.parametrize("stratify", [True, False])
@pytest.mark.parametrize("per_group", [1, 2, 5])
def test_folds_keep_groups_whole_and_cover_every_row_once(stratify, per_group):
    data = dataset(per_group=per_group)
    folds = splits.folds(data, 5, seed=3, stratify=stratify)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(120))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(120))
        assert not set(data.groups.iloc[train]) & set(data.groups.iloc[test])
        if stratify:
            assert (data.y.iloc[test] == "yes").mean() == pytest.approx(0.25, abs=0.1)


def test_a_seed_names_one_split():
    once, again, other = (splits.folds(dataset(), 5, seed, True) for seed in (1, 1, 2))
    assert all((a[1] == b[1]).all() for a, b in zip(once, again, strict=True))
    assert not all(np.array_equal(a[1], b[1]) for a, b in zip(once, other, strict=True))


def test_too_many_folds_are_refused():
    with pytest.raises(StudyError, match="folds: 20 is too many for 10 groups"):
        splits.folds(dataset(rows=20), 20, seed=0, stratify=False)
    with pytest.raises(StudyError, match="5 rows of the rarest class"):
        splits.folds(dataset(rows=20), 6, seed=0, stratify=True)


def test_the_seal_follows_the_group_not_the_position():
    data, rows = dataset(rows=400), Rows(dependence="group", reason="They share a litter.", sealed=0.3)
    seal = splits.sides(data, rows, seed=5)[1]
    assert 0.2 < seal.mean() < 0.4
    assert seal.groupby(data.groups).nunique().eq(1).all()
    more = pd.concat([pd.Series(["new"] * 3, ["n1", "n2", "n3"]), data.groups.sample(frac=1, random_state=0)])
    assert (splits.sides(data._replace(groups=more), rows, seed=5)[1][data.y.index] == seal).all()
    assert (splits.sides(data, rows, seed=6)[1] != seal).any()


def timed(rows=60, per_day=3):
    data = dataset(rows=rows, per_group=1)
    days = pd.Series(np.random.default_rng(1).permutation(np.arange(rows) // per_day), data.y.index)
    return data._replace(times=pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D"))


def test_the_past_trains_and_the_future_tests():
    data = timed()
    folds = splits.folds(data, 4, seed=0, stratify=True)
    assert len(folds) == 4
    for train, test in folds:
        assert data.times.iloc[train].max() < data.times.iloc[test].min()
    tested = np.concatenate([test for _, test in folds])
    assert len(tested) == len(set(tested)) == 48  # of 20 days the first 4 only train


@pytest.mark.parametrize("first", ["2020-01-16", datetime.date(2020, 1, 16)])
def test_the_newest_rows_are_sealed_whatever_comes_later(first):
    data, rows = timed(), Rows(dependence="time", reason="Days follow each other.", sealed_from=first)
    seal = splits.sides(data, rows, seed=0)[1]
    assert seal.sum() == 15 and data.times[~seal].max() < data.times[seal].min()  # the last 5 of 20 days
    with pytest.raises(StudyError, match="sealed_from: not comparable with the times"):
        splits.sides(data, rows.model_copy(update={"sealed_from": "soon"}), seed=0)[1]


def test_a_bootstrap_in_time_draws_stretches_that_hold_what_neighbours_share():
    """The mean of an AR(1) series has the standard error sd / sqrt(n) * sqrt((1 + r) / (1 - r)), n large."""
    r, n, noise = 0.5, 1000, np.random.default_rng(0).normal(size=1000)
    values = np.zeros(n)
    for t in range(1, n):
        values[t] = r * values[t - 1] + noise[t]
    true = 1 / np.sqrt(1 - r**2) / np.sqrt(n) * np.sqrt((1 + r) / (1 - r))
    days = pd.Series(np.arange(n)).sample(frac=1, random_state=0)  # rows in any order
    rows = Dataset(days.to_frame(), days, days.astype(str), days)
    held, errors = values[days], {}
    for name, units in {"rows": rows.groups, "stretches": splits.units(rows)}.items():
        members = list(pd.Series(range(n)).groupby(units.to_numpy()).indices.values())

        def mean(drawn, members=members):
            return held[np.concatenate([members[number] for number in drawn])].mean()

        errors[name] = statistics.bootstrap(mean, len(members), 0).error / true
    assert errors["rows"] < 0.7 and 0.8 < errors["stretches"] < 1.1


def test_equal_times_are_drawn_together():
    times = pd.Series(np.repeat(range(8), 3))
    units = splits.units(Dataset(times.to_frame(), times, times.index.to_series(), times))
    assert units.groupby(times).nunique().eq(1).all() and units.nunique() == 4


@pytest.mark.parametrize("per_group", [1, 4])
def test_as_many_folds_as_groups_leave_each_out_once(per_group):
    rows = dataset(rows=20, per_group=per_group)  # 5 rows of the rarer class, fewer than folds
    cut = splits.folds(rows, 20 // per_group, 0, stratify=True)
    left_out = [rows.groups.iloc[test].unique().tolist() for _, test in cut]
    assert sorted(name for (name,) in left_out) == sorted(rows.groups.unique())
    assert all(set(train) | set(test) == set(range(20)) and not set(train) & set(test) for train, test in cut)


def test_a_plan_may_seal_nothing():
    rows = dataset()
    assert not splits.sides(rows, Rows(dependence="none", reason="There are few rows.", sealed=0), 1)[1].any()
    assert splits.uneven({"development": rows, "sealed": rows.take([])}) == ""


def test_a_gap_lies_between_the_past_and_what_is_tested_on():
    days = pd.Series(np.repeat(range(12), 2)).sample(frac=1, random_state=0).reset_index(drop=True)
    rows = Dataset(days.to_frame(), days, days.index.to_series(), days, gap=2)
    last = [(days[train].max(), days[test].min()) for train, test in splits.folds(rows, 3, 0, stratify=False)]
    assert last == [(0, 3), (3, 6), (6, 9)]  # folds of 3 of 12 days; two days before each are left out
    with pytest.raises(StudyError, match="3 is too many for 4 times with a gap of 2"):
        splits.folds(rows.take(days < 4), 3, 0, stratify=False)
    assert sorted(days[splits.before_gap(rows)].unique()) == list(range(10))


def panel(sites=10, months=12, late=0):
    """Rows of sites by the month; the last site is seen from month ``late`` on."""
    index = pd.MultiIndex.from_product([range(sites), range(months)], names=["site", "month"])
    table = index.to_frame(index=False).sample(frac=1, random_state=0)
    table = table[(table["site"] < sites - 1) | (table["month"] >= late)]
    table.index = "row " + table.index.astype(str)
    y = pd.Series(np.random.default_rng(0).normal(size=len(table)), table.index)
    return Dataset(table[["month"]].astype(float), y, table["site"].astype(str), table["month"], gap=1)


def of_known_groups(rows):
    return rows._replace(groups=rows.y.index.to_series(), known=rows.groups)


def test_a_panel_of_new_groups_is_cut_by_group_and_time():
    rows, tested = panel(), []
    for train, test in splits.folds(rows, 4, seed=1, stratify=False):
        assert not set(rows.groups.iloc[train]) & set(rows.groups.iloc[test])
        assert rows.times.iloc[train].max() + 1 < rows.times.iloc[test].min()  # a month lies between
        tested += [*rows.groups.iloc[test].unique()]
    assert sorted(tested) == sorted(rows.groups.unique())  # each group is new once
    first, other = (splits.folds(rows, 4, seed, False)[0][1].tolist() for seed in (1, 2))
    assert first != other
    assert splits.units(rows).equals(rows.groups)
    with pytest.raises(StudyError, match="folds: 5 is too many for 4 groups"):
        splits.folds(panel(sites=4), 5, seed=0, stratify=False)


def test_a_panel_of_known_groups_tests_groups_that_it_trains_on():
    rows = of_known_groups(panel(late=4))
    for train, test in splits.folds(rows, 5, seed=0, stratify=False):
        assert set(rows.known.iloc[test]) <= set(rows.known.iloc[train])
        assert rows.times.iloc[train].max() + 1 < rows.times.iloc[test].min()
    tested = rows.take(np.concatenate([test for _, test in splits.folds(rows, 5, 0, False)]))
    last = tested.times[tested.known == "9"]  # seen first in month 4, so that month 6 is the first to be tested
    assert last.min() == 6 and tested.times.min() == 2
    assert splits.units(rows).nunique() == 6  # stretches of two months


def test_the_seal_of_a_panel_leaves_rows_on_neither_side():
    rows = panel(sites=200, months=6)
    plan = Rows(dependence="time", panel="new groups", reason="Each is seen.", sealed=0.3, sealed_from=4)
    developed, sealed = splits.sides(rows, plan, seed=0)
    assert not set(rows.groups[developed]) & set(rows.groups[sealed])
    assert rows.times[developed].max() < 4 <= rows.times[sealed].min()
    neither = rows.take(~developed & ~sealed)
    assert set(neither.groups[neither.times < 4]) == set(rows.groups[sealed])
    assert set(neither.groups[neither.times >= 4]) == set(rows.groups[developed])
    plan = Rows(dependence="time", panel="known groups", reason="Each is seen.", sealed_from=4)
    rows = of_known_groups(panel(sites=10, late=5))
    developed, sealed = splits.sides(rows, plan, seed=0)
    assert sorted(rows.known[~developed & ~sealed]) == ["9"] * 7 and set(rows.known[sealed]) == set(map(str, range(9)))


def test_with_very_many_groups_chance_keeps_the_shares_of_the_classes(monkeypatch):
    monkeypatch.delitem(splits.SPLITTERS, (True, True))  # it looks at each group in Python
    data = dataset(rows=60_000, per_group=3)
    for train, test in splits.folds(data, 5, seed=3, stratify=True):
        assert not set(data.groups.iloc[train]) & set(data.groups.iloc[test])
        assert (data.y.iloc[test] == "yes").mean() == pytest.approx(0.25, abs=0.02)
    rare = data._replace(y=pd.Series("no", data.y.index).where(np.arange(60_000) > 3000, "yes"))
    with pytest.raises(KeyError):  # of which chance would not give each fold alike
        splits.folds(rare, 5, seed=3, stratify=True)
