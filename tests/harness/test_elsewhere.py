"""What is changed in a fresh process reaches what depends on it, and nothing else."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from harness.checks import elsewhere, scene

DATA = """
import datetime, getpass, locale, os, platform, random, socket, tempfile, time
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
    umask = os.umask(0)
    os.umask(umask)
    locale.setlocale(locale.LC_ALL, "")
    months = time.strftime("%B", time.gmtime(5e6))
    return pd.DataFrame({
        "again": [os.urandom(8).hex()],
        "numpy": [np.random.random()],
        "random": [random.random()],
        "before": [len(DONE)],
        "clock": [str(now)],
        "cpus": [str([os.cpu_count(), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0])],
        "listing": [str(listed)],
        "folder": [os.getcwd()],
        "written": [str([os.path.getmtime(HERE / "data.py"), (HERE / "data.py").stat().st_mtime_ns])],
        "variables": [str([os.environ.get("NOBODY_SET_IT"), "PATH" in os.environ, os.getenv("LANGUAGE", "none")])],
        "home": [str(Path.home())],
        "user": [f"{getpass.getuser()} {socket.gethostname()} {platform.node()} {os.uname().nodename}"],
        "temporary": [tempfile.gettempdir()],
        "umask": [umask],
        "zone": [str([datetime.datetime.fromtimestamp(hours * 3600) for hours in (1, 9, 4500)])],
        "locale": [f"{encoding} {months} {locale.localeconv()['decimal_point']}"],
        "hash": [hash("a") % 1000 + hash(7)],
        "sets": [str(set("abcdefgh"))],
    }, index=pd.Index(["a"], name="name"))
"""


ALIASES = {"west", "more sets"}  # of "zone" and "sets"


def test_each_change_reaches_what_depends_on_it_and_nothing_else(tmp_path):
    for name, text in (("__init__.py", ""), ("models.py", ""), ("data.py", DATA)):
        (tmp_path / "study").mkdir(exist_ok=True)
        (tmp_path / "study" / name).write_text(text, encoding="utf-8")
    request = elsewhere.Request([], "regression", None, None)
    changes = [name for name in elsewhere.CHANGES if name != "torch"]
    usual, *answers = elsewhere.ask(tmp_path, request, (), *((name,) for name in changes))
    assert isinstance(usual.table, pd.DataFrame), usual.table
    for name, answer in zip(changes, answers, strict=True):
        assert isinstance(answer.table, pd.DataFrame), f"{name}: {answer.table}"
        was, now = usual.table.iloc[0], answer.table.iloc[0]
        also = {"before": {"numpy", "random"}, "sets": {"hash"}, "more sets": {"sets", "hash"}, "west": {"zone"}}
        assert {*was.index[was != now]} == also.get(name, set()) | {"again", name} - ALIASES
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
        ('raw["name"].map(hash).to_numpy()', "depends on hash()"),
        ("[hash((name, 1)) % 10 for name in NAMES]", "depends on hash()"),
        ("[*set(NAMES)]", "follows the order of a set"),
    ],
)
def test_hash_and_the_order_of_a_set_are_told_apart(tmp_path, made, cause):
    (tmp_path / "study").mkdir()
    for name, text in (("__init__.py", ""), ("models.py", ""), ("data.py", HASHED.replace("MADE", made))):
        (tmp_path / "study" / name).write_text(text, encoding="utf-8")
    request = elsewhere.Request([], "regression", None, None)
    said = elsewhere.why(tmp_path, request, lambda one, other: one.table.equals(other.table))
    assert said.startswith(cause) and " and " not in said


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


def test_zones_are_a_day_apart_and_each_has_its_summer():
    shown = "import time; print(*(time.strftime('%d %H', time.localtime(at)) for at in (1737331200, 1752926400)))"
    seen = []
    for name in ("zone", "west"):
        env = os.environ | elsewhere.VARIABLES[name]  # midnight of 20 January, noon of 19 July, in Greenwich
        seen.append(
            subprocess.run([sys.executable, "-c", shown], env=env, capture_output=True, text=True).stdout.strip()
        )
    assert seen == ["20 14 20 03", "19 12 19 01"]
