"""Splits: groups stay whole, classes keep their shares, sealed rows stay sealed."""

import datetime

import numpy as np
import pandas as pd
import pytest

from harness.exceptions import StudyError
from harness.method import splits, statistics
from harness.method.sections import Rows
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
    seal = splits.sealed(data, rows, seed=5)
    assert 0.2 < seal.mean() < 0.4
    assert seal.groupby(data.groups).nunique().eq(1).all()
    more = pd.concat([pd.Series(["new"] * 3, ["n1", "n2", "n3"]), data.groups.sample(frac=1, random_state=0)])
    assert (splits.sealed(data._replace(groups=more), rows, seed=5)[data.y.index] == seal).all()
    assert (splits.sealed(data, rows, seed=6) != seal).any()


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
    seal = splits.sealed(data, rows, seed=0)
    assert seal.sum() == 15 and data.times[~seal].max() < data.times[seal].min()  # the last 5 of 20 days
    with pytest.raises(StudyError, match="sealed_from: not comparable with the times"):
        splits.sealed(data, rows.model_copy(update={"sealed_from": "soon"}), seed=0)


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
    units = splits.units(Dataset(times.to_frame(), times, times, times))
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
    assert not splits.sealed(rows, Rows(dependence="none", reason="There are few rows.", sealed=0), 1).any()
    assert splits.uneven({"development": rows, "sealed": rows.take([])}) == ""


def test_a_gap_lies_between_the_past_and_what_is_tested_on():
    days = pd.Series(np.repeat(range(12), 2)).sample(frac=1, random_state=0).reset_index(drop=True)
    rows = Dataset(days.to_frame(), days, days.astype(str), days, gap=2)
    last = [(days[train].max(), days[test].min()) for train, test in splits.folds(rows, 3, 0, stratify=False)]
    assert last == [(0, 3), (3, 6), (6, 9)]  # folds of 3 of 12 days; two days before each are left out
    with pytest.raises(StudyError, match="3 is too many for 4 times with a gap of 2"):
        splits.folds(rows.take(days < 4), 3, 0, stratify=False)
    assert sorted(days[splits.before_gap(rows)].unique()) == list(range(10))


def test_with_very_many_groups_chance_keeps_the_shares_of_the_classes(monkeypatch):
    monkeypatch.delitem(splits.SPLITTERS, (True, True))  # it looks at each group in Python
    data = dataset(rows=60_000, per_group=3)
    for train, test in splits.folds(data, 5, seed=3, stratify=True):
        assert not set(data.groups.iloc[train]) & set(data.groups.iloc[test])
        assert (data.y.iloc[test] == "yes").mean() == pytest.approx(0.25, abs=0.02)
    rare = data._replace(y=pd.Series("no", data.y.index).where(np.arange(60_000) > 3000, "yes"))
    with pytest.raises(KeyError):  # of which chance would not give each fold alike
        splits.folds(rare, 5, seed=3, stratify=True)
