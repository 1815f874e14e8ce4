"""What a schema accepts that cannot be, whatever the types of the columns."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from harness.checks import tables

DAY = pd.Timestamp("2007-11-11")
BETWEEN = pa.Check.in_range(0, 9)


@pytest.mark.parametrize(
    ("values", "column", "accepts"),
    [
        ([1.0, 2.0, 3.0], pa.Column(float), 1e12),
        ([1.0, 2.0, 3.0], pa.Column(float, BETWEEN), None),
        ([1.0, 2.0, 3.0], pa.Column(float, pa.Check(lambda x: x < 9)), None),
        ([1.0, 2.0, 3.0], pa.Column(float, pa.Check(lambda x: x < 9, raise_warning=True)), 1e12),
        ([1.0, 2.0, 3.0], pa.Column(float, BETWEEN, parsers=pa.Parser(lambda x: x.clip(0, 9))), 1e12),
        ([1, 2, 3], pa.Column(int), 10**12),
        ([1, 2, 3], pa.Column(int, coerce=True), 10**12),
        (pd.array([1, 2, 3], "int8"), pa.Column("int8"), None),
        (pd.array([1, 2, None], "Int64"), pa.Column("Int64", nullable=True), 10**12),
        (pd.array([1, 2, 3], "uint64"), pa.Column("uint64"), 10**12),
        (pd.array([1.0, 2.0, None], "Float64"), pa.Column("Float64", nullable=True), 1e12),
        (["a", "b", "b"], pa.Column(str), "."),
        (["a", "b", "b"], pa.Column(str, pa.Check.str_length(1, 9)), None),
        (np.array(["a", "b", "b"], object), pa.Column(str, coerce=True), "."),
        (pd.array(["a", "b", None], "string"), pa.Column("string", nullable=True), "."),
        (pd.Categorical(["a", "b", "b"]), pa.Column("category"), "."),
        (pd.Categorical(["a", "b", "b"]), pa.Column("category", pa.Check.isin(["a", "b"])), None),
        (pd.Categorical(["a", "b", "b"]), pa.Column(pd.CategoricalDtype(["a", "b"])), None),
        ([True, False, True], pa.Column(bool), None),
        ([True, False, True], pa.Column(bool, coerce=True), "."),
        ([DAY, DAY, DAY], pa.Column("datetime64[ns]"), None),
        ([DAY - DAY] * 3, pa.Column("timedelta64[ns]"), None),
        ([1.0], pa.Column(float), 1e12),
        ([1.0], pa.Column(float, unique=True), 1e12),
    ],
)
def test_what_a_column_accepts(values, column, accepts):
    table = pd.DataFrame({"x": values, "y": 1.0}, index=[f"row {n}" for n in range(len(values))])
    for more in (None, pa.Check(lambda table: table["y"] > 0)):
        schema = pa.DataFrameSchema({"x": column, "y": pa.Column(float)}, checks=more, index=pa.Index(str), strict=True)
        schema.validate(table)
        vague = [] if tables.states_limits(column) else ["x"]
        assert tables.accepted(schema, table, vague) == ({} if accepts is None else {"x": accepts})
        assert tables.advice(table["x"])


def test_a_check_of_the_whole_table_counts():
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [2.0, 3.0, 4.0]}, index=list("abc"))
    schema = pa.DataFrameSchema({"x": pa.Column(float), "y": pa.Column(float)}, checks=pa.Check(lambda t: t < 100))
    assert tables.accepted(schema, table, ["x", "y"]) == {}


def test_a_parser_that_refuses_has_teeth():
    table = pd.DataFrame({"x": ["a", "b", "b"]}, index=list("abc"))
    column = pa.Column(str, parsers=pa.Parser(lambda x: x.map({"a": "A", "b": "B", "A": "A", "B": "B"}.__getitem__)))
    assert tables.accepted(pa.DataFrameSchema({"x": column}), table, ["x"]) == {}
