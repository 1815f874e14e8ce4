"""The data gate: what is not as listed, or not as the schema says, does not get in."""

from types import SimpleNamespace

import pandas as pd
import pandera.pandas as pa
import psutil
import pytest

from harness import memory
from harness.exceptions import StudyError
from harness.method import inputs
from harness.plan.rows import Data
from harness.provenance import rawdata
from harness.study import Dataset, canaries_of, load_dataset, read_raw


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
    return SimpleNamespace(read=table.reset_index, tidy=lambda raw: raw.set_index("index"), SCHEMA=schema)


def load(data, group="g", time="", **more):
    return load_dataset(data, Data(target="y", features=["x"], group=group, time=time, **more))


def test_a_table_that_does_not_fit_in_memory_is_refused_with_two_ways_out(monkeypatch):
    rows = pd.DataFrame({"x": range(1000)})  # 8,000 bytes, and 132 for the index
    monkeypatch.setattr(memory, "left", lambda: 16_300)
    for raw in (rows, {"one": rows}, "no table"):
        assert read_raw(SimpleNamespace(read=lambda raw=raw: raw)) is raw
    monkeypatch.setattr(memory, "left", lambda: 16_200)
    says = "rows take 0.0 GB of memory, a run 3 times that, and 0.0 GB are left. Read less of it: .*; or run where"
    with pytest.raises(StudyError, match=says):
        read_raw(SimpleNamespace(read=lambda: {"one": rows}))

    def read():
        raise MemoryError

    with pytest.raises(StudyError, match="the rows do not fit in memory. Read less of it: .*; or run where"):
        read_raw(SimpleNamespace(read=read))


@pytest.mark.parametrize("said", ["0::/job/step\n", "3:cpu:/\n7:memory:/job/step\n"])
def test_memory_is_that_of_the_control_group_if_there_is_less(monkeypatch, tmp_path, said):
    assert 0 < memory.left() <= psutil.virtual_memory().total
    held = psutil.Process().memory_info().rss
    monkeypatch.setattr(memory, "GROUPS", groups := tmp_path / "groups")
    for folder in (groups / "job" / "step", groups / "memory" / "job" / "step"):  # of cgroup v2 and v1
        folder.mkdir(parents=True)
        (folder / "memory.max").write_text("max\n")
        (folder / "memory.limit_in_bytes").write_text(f"{2**63}\n")
    (groups / "job" / "memory.max").write_text(f"{held + 50_000_000}\n")
    (groups / "memory" / "job" / "memory.limit_in_bytes").write_text(f"{held + 50_000_000}\n")
    real = memory.Path.read_text
    own = {"/proc/self/cgroup": said}
    monkeypatch.setattr(memory.Path, "read_text", lambda path, **more: own.get(str(path)) or real(path, **more))
    assert memory.left() < 60_000_000


def test_rows_without_a_target_are_left_out_and_counted():
    table, loaded, excluded = load(study(y=["a", None, "b"]))
    assert excluded == {"no y": 1} and len(table) == 3
    assert list(loaded.X.index) == list(loaded.y.index) == list(loaded.groups.index) == ["first", "third"]
    assert list(loaded.X.columns) == ["x"] and list(loaded.groups) == ["p", "q"]


def test_a_bad_value_is_named_with_row_and_column():
    with pytest.raises(StudyError, match=r"row 'second', column 'x': -2\.0 fails greater_than\(0\)"):
        load(study(x=[1.0, -2.0, 3.0]))


def test_an_unknown_column_is_named():
    with pytest.raises(StudyError, match="extra"):
        load(study(extra=[1, 2, 3]))


def test_rows_that_only_have_a_position_are_refused():
    data = study()
    data.tidy = lambda raw: raw.drop(columns="index")
    with pytest.raises(StudyError, match="must name its rows"):
        load(data, group="")


def test_two_rows_of_one_name_are_refused():
    data = study()
    data.tidy = lambda raw: raw.drop(columns="index").set_index(pd.Index(["a", "b", "a"]))
    with pytest.raises(StudyError, match="two rows have one name"):
        load(data)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (["2009-11-11", "2009-11-12", "2009-11-13"], "column 'g': it is the time, and no number or date, but "),
        (pd.to_datetime(["2009-11-11", None, "2009-11-13"]), "no time"),
        (pd.to_datetime(["2009-11-11", "2009-11-12", "2009-11-13"]), None),
        ([1.0, 2.0, 3.0], None),
    ],
)
def test_a_time_is_a_number_or_a_date(times, said):
    data = study(g=times)
    data.SCHEMA = data.SCHEMA.update_column("g", dtype=None)
    if said:
        with pytest.raises(StudyError, match=said):
            load(data, group="", time="g")
    else:
        assert list(load(data, group="", time="g")[1].times) == list(times)


def test_a_row_without_a_group_is_refused():
    with pytest.raises(StudyError, match="no group"):
        load(study(g=["p", None, "q"]))


def test_every_exclusion_has_its_reason_and_a_row_counts_once():
    data = study(x=[1.0, 9.0, 9.0], y=["a", None, "b"])
    data.EXCLUDE = {"too large": lambda table: table["x"] > 5}
    _, loaded, excluded = load(data)
    assert excluded == {"too large": 2, "no y": 0} and list(loaded.y.index) == ["first"]


def test_a_canary_that_is_not_there_is_refused():
    data = study()
    known = load(data)[1]
    with pytest.raises(StudyError, match="canaries: there is no row 'fourth'"):
        canaries_of({"first": "a", "fourth": "b"}, known)
    assert canaries_of({"first": [1.0, 2.0], "third": "b"}, known) == {"first": (1.0, 2.0), "third": "b"}


def test_a_canary_may_be_named_by_a_number():
    data = study()
    data.tidy = lambda raw: raw.drop(columns="index").rename_axis("number")
    assert canaries_of({"2": "a"}, load(data)[1]) == {2: "a"}


def test_rows_are_taken_by_mask_or_position():
    _, loaded, _ = load(study())
    by_mask, by_place = loaded.take(loaded.X["x"] > 1), loaded.take([2, 1])
    assert list(by_mask.y) == ["b", "a"] and list(by_place.groups) == ["q", "p"]


def misspelt(raw):
    return raw.set_index("smple")


def test_what_tidy_or_exclude_raise_is_a_sentence():
    data = study()
    data.EXCLUDE = {"heavy": lambda table: table["wt"] > 3}
    with pytest.raises(StudyError, match="EXCLUDE: 'heavy': KeyError: 'wt'"):
        load(data)
    data.tidy = misspelt
    with pytest.raises(StudyError, match=r"study/data.py: tidy\(\): KeyError: .*smple"):
        load(data)


def test_groups_of_the_rarest_class_are_counted_where_they_are_units():
    names = [f"row {n}" for n in range(6)]
    y, groups = pd.Series(list("uuuuvv"), names), pd.Series(list("aabbcd"), names)
    rows = Dataset(pd.DataFrame({"x": range(6)}, names), y, groups)
    assert inputs.rarest(rows) == 2  # of each class, though one has four rows
    assert inputs.rarest(rows._replace(weights=pd.Series(1.0, names))) == 0
    assert inputs.rarest(rows._replace(times=pd.Series(range(6), names))) == 0
