"""The data gate: what is not as listed, or not as the schema says, does not get in."""

from types import SimpleNamespace

import pandas as pd
import pandera.pandas as pa
import pytest

from harness.exceptions import StudyError
from harness.provenance import rawdata
from harness.study import canaries_of, load_dataset


@pytest.fixture
def data(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_bytes(b"x\n1\n")
    (tmp_path / "raw" / "b.csv").write_bytes(b"x\n2\n")
    rawdata.write_manifest(tmp_path)
    return tmp_path


def test_manifest_is_that_of_sha256sum(data):
    """The hash of b"x\\n1\\n" as `printf 'x\\n1\\n' | sha256sum` gives it."""
    first = (data / "MANIFEST.sha256").read_text("utf-8").splitlines()[0]
    assert first == "daff832f802000e645771a60983c76c963f6ee602a6230e45237bd360e91cc1a  raw/a.csv"
    assert list(rawdata.manifest_problems(data)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: (raw / "a.csv").write_bytes(b"x\n3\n"), "data/raw/a.csv has changed"),
        (lambda raw: (raw / "a.csv").write_bytes(b"x\r\n1\r\n"), "data/raw/a.csv has changed"),
        (lambda raw: (raw / "a.csv").unlink(), "data/raw/a.csv is missing"),
        (lambda raw: (raw / "c.csv").write_bytes(b""), "data/raw/c.csv is not listed"),
    ],
)
def test_a_changed_file_is_named(data, change, said):
    change(data / "raw")
    (problem,) = rawdata.manifest_problems(data)
    assert problem.startswith(said)


def study(**columns):
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": ["a", "b", "a"], "g": ["p", "p", "q"]} | columns)
    table.index = ["first", "second", "third"]
    schema = {"x": pa.Column(float, pa.Check.gt(0)), "y": pa.Column(str, nullable=True)}
    schema = pa.DataFrameSchema(schema | {"g": pa.Column(str, nullable=True)}, strict=True)
    return SimpleNamespace(load=lambda: table, SCHEMA=schema, FEATURES=["x"], TARGET="y", GROUP="g")


def test_rows_without_a_target_are_left_out_and_counted():
    table, loaded, excluded = load_dataset(study(y=["a", None, "b"]))
    assert excluded == {"no y": 1} and len(table) == 3
    assert list(loaded.X.index) == list(loaded.y.index) == list(loaded.groups.index) == ["first", "third"]
    assert list(loaded.X.columns) == ["x"] and list(loaded.groups) == ["p", "q"]


def test_a_bad_value_is_named_with_row_and_column():
    with pytest.raises(StudyError, match=r"row 'second', column 'x': -2\.0 fails greater_than\(0\)"):
        load_dataset(study(x=[1.0, -2.0, 3.0]))


def test_an_unknown_column_is_named():
    with pytest.raises(StudyError, match="extra"):
        load_dataset(study(extra=[1, 2, 3]))


def test_rows_that_only_have_a_position_are_refused():
    data = study()
    data.GROUP, table = None, data.load().reset_index(drop=True)
    data.load = lambda: table
    with pytest.raises(StudyError, match="must name its rows"):
        load_dataset(data)


def test_a_row_without_a_group_is_refused():
    with pytest.raises(StudyError, match="its GROUP"):
        load_dataset(study(g=["p", None, "q"]))


def test_every_exclusion_has_its_reason_and_a_row_counts_once():
    data = study(x=[1.0, 9.0, 9.0], y=["a", None, "b"])
    data.EXCLUDE = {"too large": lambda table: table["x"] > 5}
    _, loaded, excluded = load_dataset(data)
    assert excluded == {"too large": 2, "no y": 0} and list(loaded.y.index) == ["first"]


def test_a_canary_that_is_not_there_is_refused():
    data = study()
    data.CANARIES = {"first": "a", "fourth": "b"}
    with pytest.raises(StudyError, match="CANARIES: there is no row 'fourth'"):
        canaries_of(data, load_dataset(data)[1])


def test_rows_are_taken_by_mask_or_position():
    _, loaded, _ = load_dataset(study())
    by_mask, by_place = loaded.take(loaded.X["x"] > 1), loaded.take([2, 1])
    assert list(by_mask.y) == ["b", "a"] and list(by_place.groups) == ["q", "p"]


def misspelt():
    return pd.DataFrame({"x": [1.0]}).set_index("smple")


def test_what_load_or_exclude_raise_is_a_sentence():
    data = study()
    data.EXCLUDE = {"heavy": lambda table: table["wt"] > 3}
    with pytest.raises(StudyError, match="EXCLUDE: 'heavy': KeyError: 'wt'"):
        load_dataset(data)
    data.load = misspelt
    with pytest.raises(StudyError, match=r"study/data.py: load\(\): KeyError: .*smple"):
        load_dataset(data)
