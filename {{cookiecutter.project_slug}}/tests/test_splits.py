"""Splits: groups stay whole, classes keep their shares, sealed rows stay sealed."""

import numpy as np
import pandas as pd
import pytest

from harness import StudyError, splits
from harness.dataset import Dataset


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
    groups = dataset(rows=400).groups
    seal = splits.sealed(groups, 0.3, seed=5)
    assert 0.2 < seal.mean() < 0.4
    assert seal.groupby(groups).nunique().eq(1).all()
    more = pd.concat([pd.Series(["new"] * 3, ["n1", "n2", "n3"]), groups.sample(frac=1, random_state=0)])
    assert (splits.sealed(more, 0.3, seed=5)[groups.index] == seal).all()
    assert (splits.sealed(groups, 0.3, seed=6) != seal).any()
