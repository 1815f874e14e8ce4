"""The interval on sealed rows against a formula."""

import numpy as np
import pandas as pd
import pytest

from harness import ledger
from harness.dataset import Dataset


@pytest.mark.parametrize("per_group", [1, 4])
def test_bootstrap_knows_that_the_rows_of_a_group_say_the_same(per_group):
    """The mean of 400 values, equal within a group: its standard error is sd / sqrt(number of groups)."""
    values = np.repeat(np.random.default_rng(0).normal(size=400 // per_group), per_group)
    y = pd.Series(values)
    groups = pd.Series([f"group {n // per_group}" for n in range(400)])
    shuffled = np.random.default_rng(1).permutation(400)
    dataset = Dataset(y.to_frame("x").iloc[shuffled], y.iloc[shuffled], groups.iloc[shuffled])
    interval = ledger.bootstrap(lambda X, y: float(y.mean()), dataset, seed=0)
    assert interval["value"] == pytest.approx(values.mean())
    half = 1.96 * values.std() / np.sqrt(400 / per_group)
    assert interval["high"] - interval["low"] == pytest.approx(2 * half, rel=0.2)
