"""Duplicates: found across groups as by comparing all with all, but without doing so."""

import itertools
import math
import statistics
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import KDTree
from test_splits import dataset

from harness.checks import leakage
from harness.checks.engine import NotExercised
from harness.fits import test_set
from harness.inspection import duplicates
from harness.study import Dataset


def test_duplicates_are_found_across_groups_only():
    data = dataset(rows=12, per_group=3)
    X = data.X.assign(kind=["u", "v"] * 6)
    X.iloc[11] = X.iloc[1]  # another group
    X.iloc[2] = X.iloc[0]  # the same group
    X.iloc[7] = [X["x"].iloc[3] + 1e-3 * X["x"].std(), X["kind"].iloc[3]]
    found = duplicates.duplicates(data._replace(X=X))
    assert found == [("row 1", "row 11", "exact"), ("row 3", "row 7", "near")]


@pytest.mark.parametrize(("apart", "found"), [(0.009, [("row 0", "row 11", "near")]), (0.011, [])])
def test_near_is_less_than_a_hundredth_of_a_standard_deviation(apart, found):
    values = np.append(np.arange(0.5, 110, 10), 0.5)
    values[-1] += apart * values.std(ddof=1)
    data = dataset(rows=12, per_group=1)
    assert duplicates.duplicates(data._replace(X=pd.DataFrame({"x": values}, data.X.index))) == found


def test_equal_rows_are_to_be_expected_where_nothing_is_continuous():
    data = dataset(rows=12, per_group=1)
    assert duplicates.duplicates(data._replace(X=pd.DataFrame({"n": [1, 2] * 6}, data.X.index))) == []


def of(X, per_group=1):
    groups = pd.Series([f"group {n // per_group}" for n in range(len(X))])
    return Dataset(X, groups, groups)


@pytest.mark.parametrize("seed", range(12))
def test_cells_find_what_comparing_all_with_all_finds(seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((1000, 3 + seed % 4))
    X[:, 2] = X[:, 2].round(seed % 3)  # few or many values
    X[:, 0] **= 1 + 2 * (seed % 2)  # or a heavy tail
    copied = rng.integers(1000, size=(2, 60))
    X[copied[1]] = X[copied[0]]
    X[copied[1][::2]] += rng.uniform(-0.012, 0.012, (30, X.shape[1])) * X.std(axis=0)
    data = of(pd.DataFrame(X), per_group=3)
    scaled, groups = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1), data.groups
    pairs = KDTree(scaled).query_pairs(duplicates.NEAR, p=np.inf)
    wanted = {pair for pair in pairs if groups[pair[0]] != groups[pair[1]]}
    found = {(a, b) for a, b, _ in duplicates.duplicates(data)}
    assert len(wanted) > 20 and found == wanted


def test_ten_times_the_rows_are_ten_times_the_comparisons():
    """Boxes hold a few rows each, however many there are, so that pairs within boxes grow as the rows do."""
    rng, pairs = np.random.default_rng(0), []
    for rows in (3_000, 30_000):
        _, box = duplicates.boxes(rng.standard_normal((rows, 40)))
        assert np.bincount(box).max() <= duplicates.NEXT
        pairs.append((np.bincount(box) * (np.bincount(box) - 1) // 2).sum() / rows)
    assert pairs[1] < 6 > pairs[0]


@pytest.mark.parametrize("far", [0, 1e9])
def test_crowds_do_not_multiply(far):
    """Each group is measured 200 times, with a little noise; or one value is so far off that all others are near."""
    rng = np.random.default_rng(0)
    points = np.repeat(rng.standard_normal((100, 40)), 200, axis=0) + 0.003 * rng.standard_normal((20_000, 40))
    points[0] += far
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    assert len(duplicates.boxes(points)[0]) < 20 * 20_000
    found = duplicates.duplicates(of(pd.DataFrame(points), per_group=200))
    assert len(found) <= duplicates.NEXT * 20_000 and bool(found) == bool(far)


def test_in_a_crowd_equal_rows_come_first():
    X = pd.DataFrame(np.random.default_rng(0).standard_normal((5000, 1)))
    X.iloc[4321] = X.iloc[7]
    assert (7, 4321, "exact") in duplicates.duplicates(of(X))


def test_copies_with_noise_are_found_in_a_sample_which_says_so(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4000, 8))
    X[2000:2400] = X[:400] + 0.1 * rng.standard_normal((400, 8))
    assert duplicates.copies(of(pd.DataFrame(X)))[2] == ""  # so few are all compared
    monkeypatch.setattr(duplicates, "PAIRS", 4_000_000)
    found, by_chance, said = duplicates.copies(of(pd.DataFrame(X)))
    assert said == "1,000 of 4,000 rows were compared with all others"
    assert 100 < len(found) <= 250 and by_chance < 1  # about 200 of the 1,000 are a copy, or have one
    assert {abs(one - other) for one, other in found} == {2000}
    found, _, said = duplicates.copies(of(pd.DataFrame(X[400:1400])))
    assert (found, said) == ([], "")


def test_rows_of_a_design_are_no_copies_with_noise(monkeypatch):
    """Each of 4 doses with each of 10 temperatures and 5 acidities: pairs are as near when columns are shuffled."""
    design = itertools.product([0.0, 1.0, 10.0, 100.0], np.arange(10.0), np.linspace(5, 9, 5) + 0.1)
    both = of(pd.DataFrame(list(design), columns=["dose", "temperature", "acidity"]))
    monkeypatch.setattr(test_set, "all_rows", lambda study: both)
    asked = SimpleNamespace(study=None, plan=SimpleNamespace(rows=SimpleNamespace(dependence="none")))
    assert duplicates.copies(both)[0] and not duplicates.duplicates(both)
    with pytest.raises(NotExercised, match="as good as equal by chance"):
        list(leakage.duplicates_apart(asked))


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, None, None], dtype="Int64"),
        pd.Series([1, 2, None], dtype="Float64"),
        pd.Series([3e19, -3e19, 0], dtype="float32"),
        pd.Series([5000, 0, 2500], dtype="float16"),
        pd.Series([7.0, 7.0, 7.0]),
    ],
)
def test_numbers_of_any_kind_are_in_standard_deviations(column):
    values = [math.nan if pd.isna(value) else float(value) for value in column]
    known = [value for value in values if not math.isnan(value)]
    mean, sd = statistics.mean(known), statistics.stdev(known) if len(known) > 1 else math.nan
    wanted = [(value - mean) / (sd or 1) for value in values]
    assert duplicates.standardized(column.to_frame())[:, 0] == pytest.approx(wanted, nan_ok=True)


def test_at_least_500_rows_are_compared(monkeypatch):
    assert duplicates.PAIRS == 10**8
    monkeypatch.setattr(duplicates, "PAIRS", 0)
    X = pd.DataFrame(np.random.default_rng(0).standard_normal((1000, 2)))
    assert duplicates.copies(of(X))[2] == "500 of 1,000 rows were compared with all others"


def test_neither_equal_rows_nor_those_of_a_group_are_copies_with_noise():
    rng = np.random.default_rng(0)
    X = np.tile(rng.standard_normal((500, 8)), (2, 1))
    assert duplicates.copies(of(pd.DataFrame(X)))[0] == []
    X = pd.DataFrame(X + 0.02 * rng.standard_normal(X.shape))
    groups = pd.Series([f"group {n % 500}" for n in range(1000)])
    assert len(duplicates.copies(of(X))[0]) > 400
    assert duplicates.copies(Dataset(X, groups, groups))[0] == []


def test_as_many_near_rows_as_chance_has_are_no_copies():
    X = pd.DataFrame(np.random.default_rng(0).uniform(size=(2000, 2)))
    found, by_chance, _ = duplicates.copies(of(X))
    assert found == [] and by_chance > 100
