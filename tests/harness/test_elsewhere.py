"""What is changed in a fresh process reaches what depends on it, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from harness.checks import elsewhere, scene

DATA = """
import datetime, os, random, time
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

DONE = []
SCHEMA = pa.DataFrameSchema({"again": pa.Column(), "clock": pa.Column()})
HERE = Path(__file__).parent


def read():
    return pd.DataFrame()


def tidy(raw):
    DONE.append(1)
    now = [datetime.datetime.now(), datetime.date.today(), pd.Timestamp.now(), pd.Timestamp("now")]
    now = [one.year for one in now] + [time.gmtime().tm_year, time.gmtime(time.time_ns() / 1e9).tm_year]
    listed = [os.listdir(HERE), [one.name for one in HERE.glob("*")], [one.name for one in os.scandir(HERE)]]
    with open(HERE / "data.py") as file:
        encoding = file.encoding
    return pd.DataFrame({
        "again": [os.urandom(8).hex()],
        "numpy": [np.random.random()],
        "random": [random.random()],
        "before": [len(DONE)],
        "clock": [str(now)],
        "cpus": [str([os.cpu_count(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0])],
        "listing": [str(listed)],
        "folder": [os.getcwd()],
        "zone": [f"{time.tzname} {encoding}"],
        "hash": [hash("a name") % 97],
        "sets": [str(set("abcdefgh"))],
    }, index=pd.Index(["a"], name="name"))
"""


def test_each_change_reaches_what_depends_on_it_and_nothing_else(tmp_path):
    for name, text in (("__init__.py", ""), ("models.py", ""), ("data.py", DATA)):
        (tmp_path / "study").mkdir(exist_ok=True)
        (tmp_path / "study" / name).write_text(text, encoding="utf-8")
    request = elsewhere.Request([], "regression", None, None)
    changes = [name for name in elsewhere.CHANGES if name != "torch"]
    usual, *answers = elsewhere.ask(tmp_path, request, (), *((name,) for name in changes))
    assert isinstance(usual.table, pd.DataFrame), usual.table
    for name, answer in zip(changes, answers, strict=True):
        was, now = usual.table.iloc[0], answer.table.iloc[0]
        drawn = {"before": {"numpy", "random"}, "sets": {"hash"}, "more sets": {"hash"}}.get(name, set())
        assert {*was.index[was != now]} == drawn | {"again", "sets" if name == "more sets" else name}
    clock = answers[changes.index("clock")].table["clock"].iloc[0]
    assert len(set(clock.strip("[]").split(", "))) == 1  # all clocks agree


HASHED = """
import pandas as pd
import pandera.pandas as pa

SCHEMA = pa.DataFrameSchema({"made": pa.Column()})
NAMES = ["Biscoe", "Dream", "Torgersen", "Anvers", "Cormorant", "Humble"]


def read():
    return pd.DataFrame({"name": NAMES})


def tidy(raw):
    return pd.DataFrame({"made": MADE}, index=pd.Index(NAMES, name="name"))
"""


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        ('raw["name"].map(hash).to_numpy()', "hash()"),
        ("[hash((name, 1)) % 10 for name in NAMES]", "hash()"),
        ("[*set(NAMES)]", "the order of a set"),
    ],
)
def test_hash_and_the_order_of_a_set_are_told_apart(tmp_path, made, cause):
    (tmp_path / "study").mkdir()
    for name, text in (("__init__.py", ""), ("models.py", ""), ("data.py", HASHED.replace("MADE", made))):
        (tmp_path / "study" / name).write_text(text, encoding="utf-8")
    request = elsewhere.Request([], "regression", None, None)
    said = elsewhere.why(tmp_path, request, lambda one, other: one.table.equals(other.table))
    assert said.startswith(f"follows {cause}") and " and " not in said


def test_a_salted_generator_draws_other_numbers_and_is_one_all_the_same(monkeypatch):
    kind, begin = scene.salting(np.random.RandomState), scene.salting(np.random.default_rng)
    usual = np.random.RandomState(8).randint(10**9), np.random.default_rng([8, 1]).integers(10**9)
    assert (kind(seed=8).randint(10**9), begin([8, 1]).integers(10**9)) == usual
    assert isinstance(np.random.RandomState(8), kind) and isinstance(kind(8), np.random.RandomState)
    monkeypatch.setattr(scene, "NOW", {"salt"})
    assert kind(seed=8).randint(10**9) != usual[0] and begin([8, 1]).integers(10**9) != usual[1]


def test_between_even_classes_either_is_the_same():
    one = {"classes": ["a", "b"], "decision_function": None, "predict": ["b", "a"]}
    one |= {"predict_proba": [[0.1, 0.9], [0.5, 0.5 + 1e-12]]}
    assert elsewhere.same(one, one | {"predict": ["b", "b"]})
    assert not elsewhere.same(one, one | {"predict": ["a", "a"]})
    assert not elsewhere.same(one, one | {"predict_proba": [[0.1, 0.9], [0.4, 0.6]]})
    assert not elsewhere.same(one, "ValueError: too few")
