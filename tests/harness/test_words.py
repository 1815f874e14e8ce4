"""Numbers in words: no more digits than the uncertainty allows."""

import pytest

from harness import words

NONE = {"value": 0.5, "low": None, "high": None}
WRITTEN = [
    (words.decimals, (0.03,), 4),
    (words.decimals, (250.0,), 0),
    (words.decimals, (None,), 4),
    (words.interval_text, ({"value": 0.912345, "low": 0.9, "high": 0.93},), "0.9123 [0.9000, 0.9300]"),
    (words.interval_text, ({"value": 0.0123, "low": -0.01, "high": 0.034}, "+"), "+0.0123 [-0.0100, +0.0340]"),
    (words.interval_text, (NONE,), "0.5000 [no interval]"),
    (words.interval_text, (None,), "undefined"),
    (words.interval_text, ({"value": 0.912345, "low": 0.9, "high": 0.93}, "", 2), "0.91 [0.90, 0.93]"),
    (words.interval_text, (NONE, "", 2), "0.50 [no interval]"),
    (words.common_places, ([{"low": 0.0, "high": width} for width in (0.003, 0.03, 3)] + [NONE, None],), 4),
    (words.common_places, ([NONE],), None),
    (words.spread_text, (0.5, 0.01), "0.5000 \u00b1 0.0100"),
    (words.spread_text, (0.5, None), "0.5000 \u00b1 unknown"),
    (words.number_text, (0.012345,), "0.0123"),
    (words.number_text, (1234.5,), "1234"),
    (words.number_text, (0.0, "+"), "+0"),
    (words.number_text, (1e-9,), "1.0e-09"),
    (words.number_text, (None,), "none"),
    (words.percent, (0.95,), "95\u00a0%"),
    (words.percent, (0.9991,), "99.9\u00a0%"),
    (words.p_text, (0.0421,), "0.042"),
    (words.p_text, (1e-9,), "< 0.001"),
    (words.p_text, (None,), "not tested"),
]
RATIO = [
    (0.9, "as much as if they did not depend on each other, as far as 5 draws can tell"),
    (3.0, "more than if they did not depend on each other: they add to one another, and the budget is too small"),
    (0.1, "less than if they did not depend on each other: they overlap or cancel, and the budget is on the safe side"),
    (None, "nothing to compare: the nuisances move nothing"),
]


@pytest.mark.parametrize(("write", "given", "text"), WRITTEN)
def test_a_number_is_written_with_the_digits_that_count(write, given, text):
    assert write(*given) == text


@pytest.mark.parametrize(("ratio", "text"), RATIO)
def test_what_all_nuisances_together_mean(ratio, text):
    assert words.ratio_text({"ratio": ratio}, 5) == text
