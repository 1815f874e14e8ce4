"""Replay compares number by number: a difference does not hide, and a tolerance is the plan's."""

import numpy as np
import pandas as pd
import pytest

from harness import StudyError
from harness.provenance import replay


def scores(values, **more):
    """Return a long table with the given values of a metric called m."""
    table = pd.DataFrame({"kind": "role", "name": "candidate", "repeat": 0, "fold": range(len(values)), "m": values})
    facts = {"seed": 0, "n_train": 3, "n_test": 1, "features_in": 4, "features_out": 4, "fit_s": 0.1, "score_s": 0.1}
    return table.assign(**facts | more)


@pytest.mark.parametrize(
    ("factor", "status"),
    [
        (1.0, "identical"),
        (1 + 1e-9, "within tolerance"),
        (1 + 1e-6, "outside"),
        (-1.0, "outside"),
        (np.nan, "outside"),
        (np.inf, "outside"),
    ],
)
def test_numbers_are_compared_by_the_tolerance_of_the_plan(factor, status):
    old, new = scores([0.5, 0.25, 0.75]), scores([0.5, 0.25, 0.75 * factor])
    assert [row[:3] for row in replay.compare(old, new.assign(fit_s=9.0), rtol=1e-7)] == [("m", 3, status)]


def test_what_is_undefined_is_undefined_again():
    old, new = scores([0.5, np.nan, 0.0]), scores([0.5, 0.5, 0.0])
    assert replay.compare(old, old, rtol=0)[0].status == "identical"
    for one, two in ((old, new), (new, old)):
        assert replay.compare(one, two, rtol=1)[0].status == "outside"


def test_trials_are_a_count():
    old, new = scores([0.5, 0.5], trials=1000000), scores([0.5, 0.5], trials=1000001)
    assert [row.status for row in replay.compare(old, new, rtol=0.1)] == ["identical", "outside"]


@pytest.mark.parametrize("key", replay.KEYS)
def test_other_fits_are_not_compared(key):
    old = scores([0.5, 0.25])
    with pytest.raises(StudyError, match="not comparable"):
        replay.compare(old, old.assign(**{key: 7}), rtol=1)


def test_other_metrics_and_fewer_fits_are_not_compared():
    old = scores([0.5, 0.25])
    for other in (scores([0.5]), old.rename(columns={"m": "other"})):
        with pytest.raises(StudyError, match="not comparable"):
            replay.compare(old, other, rtol=1)
