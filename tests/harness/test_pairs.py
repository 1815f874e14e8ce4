"""Pairs of rows, borders between them, and single features: what is alike, parted, or tells the answer."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from harness.checks import features, leakage, pairs
from harness.study import Dataset


def test_pairs_that_share_something_are_more_alike_than_by_chance():
    rng = np.random.default_rng(0)
    nests, x = np.repeat(np.arange(200), 2), np.repeat(rng.standard_normal(200), 2)
    y = pd.Series(np.repeat(rng.choice(["f", "m"], 200), 2))
    rows = pairs.Rows(Dataset(pd.DataFrame({"x": x + 0.05 * rng.standard_normal(400)}), y, y))
    shared, others = pairs.same(nests), pairs.same(rng.permutation(nests))
    assert rows.alike(*shared) < 0.2 and rows.answered(*shared) == 1
    assert rows.alike(*others) == 1 and rows.answered(*others) == 0
    rows = pairs.Rows(Dataset(pd.DataFrame({"x": x}), names := pd.Series(nests.astype(str)), names))
    few = [rows_[: pairs.FEW - 1] for rows_ in shared]
    assert rows.answered(*shared) == 1 and rows.alike(*few) == 1 and rows.answered(*few) == 0


def test_pairs_of_one_key_and_of_neighbours():
    first, second = pairs.same(pd.Series(["a", "b", "a", None, "b", None]))
    assert [*zip(first, second, strict=True)] == [(2, 0), (4, 1)]
    first, second = pairs.neighbours(pd.Series([3.0, math.nan, 1.0, 2.0]))
    assert [*zip(first, second, strict=True)] == [(3, 2), (0, 3)]


@pytest.mark.parametrize(
    ("sealed", "cut", "border"),
    [
        ("ccdd", ([0, 1], [2, 3]), ""),
        ("bcdd", ([0, 1], [2, 3]), "the seal"),
        ("ccdd", ([0, 1, 2], [3]), "fold 0 of repeat 0"),
    ],
)
def test_a_group_on_both_sides_of_a_border_is_named(monkeypatch, sealed, cut, border):
    monkeypatch.setattr(leakage.resemblance, "parted", lambda subject: None)
    made = SimpleNamespace(rows=SimpleNamespace(panel="", dependence="group"), data=SimpleNamespace(group=""))
    sides = [SimpleNamespace(groups=pd.Series(list(names)), known=None) for names in ("aabb", sealed)]
    study = SimpleNamespace(plan=made, development=sides[0], sealed=sides[1])
    subject = SimpleNamespace(study=study, plan=made, cuts=[[tuple(map(np.array, cut))]])
    said = [str(one) for one in leakage.groups_apart(subject)]
    wanted = f"group 'b' is on both sides of {border}: leave splitting to the harness"
    assert said == ([wanted] if border else [])


@pytest.mark.filterwarnings("ignore:A single label was found")
def test_a_feature_is_scored_on_the_other_half_both_ways():
    groups, study = pd.Series(range(400)), SimpleNamespace(task="classification")
    odd, rng = np.arange(400) % 2 == 1, np.random.default_rng(0)
    y = pd.Series(np.where(odd, 1, np.arange(400) // 2 % 2))  # the odd half knows one class: 1.0 one way, 0.5 the other
    rows = Dataset(pd.DataFrame({"told": y, "noise": rng.standard_normal(400)}), y, groups)
    assert features.score_alone(study, rows, "told") == 0.75
    mixed = pd.Series(rng.integers(2, size=400))
    assert 0.4 < features.score_alone(study, rows._replace(y=mixed), "noise") < 0.6
    several = pd.DataFrame({"a": mixed, "b": rows.X["told"]})
    assert features.score_alone(study, rows._replace(y=several), "told") == 0.75
