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


def test_duplicates_are_found_across_groups_only():
    data = dataset(rows=12, per_group=3)
    X = data.X.assign(kind=["u", "v"] * 6)
    X.iloc[11] = X.iloc[1]  # another group
    X.iloc[2] = X.iloc[0]  # the same group
    X.iloc[7] = [X["x"].iloc[3] + 1e-3 * X["x"].std(), X["kind"].iloc[3]]
    found = splits.duplicates(data._replace(X=X))
    assert found == [("row 1", "row 11", "exact"), ("row 3", "row 7", "near")]


@pytest.mark.parametrize(("apart", "found"), [(0.009, [("row 0", "row 11", "near")]), (0.011, [])])
def test_near_is_less_than_a_hundredth_of_a_standard_deviation(apart, found):
    values = np.append(np.arange(0.5, 110, 10), 0.5)
    values[-1] += apart * values.std(ddof=1)
    data = dataset(rows=12, per_group=1)
    assert splits.duplicates(data._replace(X=pd.DataFrame({"x": values}, data.X.index))) == found


def test_equal_rows_are_to_be_expected_where_nothing_is_continuous():
    data = dataset(rows=12, per_group=1)
    assert splits.duplicates(data._replace(X=pd.DataFrame({"n": [1, 2] * 6}, data.X.index))) == []


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
