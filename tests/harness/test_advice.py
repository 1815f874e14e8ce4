"""What a message advises is what mends the cause that was observed."""

from functools import partial

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from harness.checks import leakage, predictions, schema
from harness.exceptions import StudyError
from harness.study import valid_table


class Data:
    """A module like study/data.py, whose rows break their schema."""

    SCHEMA = pa.DataFrameSchema(
        {"mass": pa.Column(float, pa.Check.lt(9), nullable=True), "kind": pa.Column(str, pa.Check.isin(["a", "b"]))},
        index=pa.Index(str, pa.Check.str_startswith("bird"), unique=True),
    )

    def __init__(self, **columns):
        names = columns.pop("names", ["bird 1", "bird 2", "bird 3"])
        self.table = pd.DataFrame({"mass": [1.0, 2.0, 3.0], "kind": ["a", "b", "a"]} | columns, index=names)

    def read(self):
        return self.table

    def tidy(self, raw):
        return raw


@pytest.mark.parametrize(
    ("columns", "advice", "not_advised"),
    [
        ({"mass": [1.0, 99.0, 98.0]}, "make it missing", "another name"),
        ({"kind": ["a", "x", "y"]}, "correct it in tidy(), or SCHEMA", "missing"),
        ({"names": ["bird 1", "bird 1", "bird 3"]}, "another name", "missing"),
        ({"names": ["bird 1", "bird 2", "fish"]}, "another name", "missing"),
    ],
)
def test_what_schema_refuses_is_a_line_a_cause_and_only_what_may_be_missing_is_made_so(columns, advice, not_advised):
    with pytest.raises(StudyError) as refused:
        valid_table(Data(**columns))
    (line,) = str(refused.value).splitlines()
    assert advice in line and not_advised not in line


class Following:
    """A subject of which only the plan is asked."""

    def __init__(self, time=""):
        self.known = {leakage.by_answers.__wrapped__: ({"share"}, None)}
        columns = {"target": "sex", "targets": ["sex"], "features": ["mass", "share"], "time": time, "group": "nest"}
        self.plan = type("Plan", (), {"data": type("Columns", (), columns)})


@pytest.mark.parametrize(
    ("column", "time", "advice"),
    [
        ("mass", "", "compute it in a pipeline"),
        ("mass", "day", "take only earlier ones"),
        ("share", "", "made from the answers of other rows: take it out"),
        ("nest", "", "take it from what the row itself says"),
        ("sex", "", "let the answer of a row come from that row alone"),
    ],
)
def test_a_pipeline_is_advised_only_for_what_a_pipeline_can_do(column, time, advice):
    said = leakage.remedy(Following(time), column)
    assert advice in said and ("pipeline" in said) == ("pipeline" in advice)


class Step:
    """Says 1 above a limit, and 7 of one exact value."""

    def __init__(self, special=None):
        self.special = special

    def predict(self, X):
        told = (X["x"] > 0.5).astype(float)
        return told.where(X["x"] != self.special, 7.0).to_numpy()


def test_a_row_at_a_border_is_not_alone_and_one_that_is_listed_is():
    X = pd.DataFrame({"x": np.linspace(0, 1, 21)})  # 0.5 is on the border
    for special, expected in ((None, []), (0.25, [5])):
        ask = partial(predictions.said, Step(special), labels=np.array([0.0, 1.0, 7.0]))
        assert np.flatnonzero(predictions.lone(ask, X, ask(X))).tolist() == expected


def test_a_check_that_looks_at_another_column_is_no_limit_of_its_own():
    columns = {"mass": pa.Column(float, pa.Check(lambda groups: True, groupby="sex")), "sex": pa.Column(str)}
    table = pd.DataFrame({"mass": [1.0, 2.0, 3.0], "sex": ["f", "m", "f"]})
    assert schema.accepts(pa.DataFrameSchema(columns), table, "mass") is not None
    columns["mass"] = pa.Column(float, [*columns["mass"].checks, pa.Check.in_range(0, 9)])
    assert schema.accepts(pa.DataFrameSchema(columns), table, "mass") is None
