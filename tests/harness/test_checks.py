"""The checks as a whole, and those of the environment and of the seeds in models."""

import base64
import hashlib
import inspect
import re
from pathlib import PurePosixPath
from types import SimpleNamespace

import pytest
from packaging.utils import canonicalize_name
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness.checks import CHECKS, Subject, data, environment, randomness
from harness.provenance import machine


def test_codes_and_names_are_unique_and_every_check_explains_itself():
    assert len({one.code for one in CHECKS}) == len({one.name for one in CHECKS}) == len(CHECKS)
    assert [one.code for one in CHECKS] == sorted(one.code for one in CHECKS)
    for one in CHECKS:
        assert re.search(r"\n\nDetected: .*\nWhy: .*\nDo: ", inspect.cleandoc(one.find.__doc__), re.S), one.code


def test_what_a_check_requires_is_a_check():
    assert {code for one in CHECKS for code in one.requires} <= {one.code for one in CHECKS}


def test_without_a_result_its_checks_say_so(tmp_path):
    (one,) = (one for one in CHECKS if one.code == "S2")
    assert one.find  # a generator: it is exercised when it is asked
    with pytest.raises(Exception, match="no result is accepted yet"):
        list(one.find(Subject(tmp_path)))


def unseeded(seed):
    return make_pipeline(StandardScaler(), RandomForestClassifier())


def fixed(seed):
    return RandomForestClassifier(random_state=42)


def seeded(seed):
    return make_pipeline(StandardScaler(), RandomForestClassifier(random_state=seed))


def nothing_random(seed):
    return StandardScaler()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (unseeded, "unseeded: randomforestclassifier__random_state is None whatever the seed"),
        (fixed, "fixed: random_state is 42 whatever the seed"),
        (seeded, None),
        (nothing_random, None),
    ],
)
def test_models_seeded(monkeypatch, model, said):
    functions = {"dummy": lambda seed: DummyClassifier(random_state=seed), model.__name__: model}
    monkeypatch.setattr(randomness, "model_functions", lambda: functions)
    chosen = SimpleNamespace(named={"rival": "dummy", "candidate": model.__name__})
    found = list(randomness.models_seeded(SimpleNamespace(plan=SimpleNamespace(models=chosen))))
    assert (not found) if said is None else (len(found) == 1 and said in found[0])


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """Lock these packages, and have those installed; return what E2 says."""

    def found(lock, installed):
        (tmp_path / "requirements").mkdir()
        (tmp_path / "requirements" / "harness.txt").write_text(lock, "utf-8")
        versions = {canonicalize_name(name): version for name, version, _ in installed}
        origins = {canonicalize_name(name): origin for name, _, origin in installed}
        judge = SimpleNamespace(files=None, read_text=lambda _: origins.get("ml-science-harness"))
        monkeypatch.setattr(environment.machine, "unlike_lock", lambda root: [])
        monkeypatch.setattr(environment.machine, "installed_packages", lambda: versions)
        monkeypatch.setattr(environment.metadata, "distribution", lambda name: judge)
        return list(environment.installed_as_locked(Subject(tmp_path)))

    return found


def test_nothing_is_installed_that_no_lock_names(locked):
    lock = "numpy==2.0.0 \\\n    --hash=sha256:0\n    # via x\nonly_elsewhere==1 ; python_version < '3'\n"
    installed = [
        ("NumPy", "2.0.0", None),
        ("pip", "25", None),
        ("seaborn", "0.13", None),
        ("only-elsewhere", "1", None),
    ]
    local = '{"url": "file:///home/me/judge"}'
    (said,) = locked(lock, [*installed, ("ml_science_harness", "1.0.0", local)])
    assert said.startswith("seaborn 0.13 is installed, and no lock names it: name it in requirements/study.in")


@pytest.mark.parametrize(
    ("installed", "message"),
    [
        ("2.13.0+cpu", None),  # the same version, built for other processors (PEP 440, local version labels)
        ("2.13.0", None),
        ("2.13.1", "torch 2.13.1; harness.txt locks ==2.13.0: make setup"),
        ("2.13.0rc1", "torch 2.13.0rc1; harness.txt locks ==2.13.0: make setup"),
        (None, "torch is missing; harness.txt locks ==2.13.0: make setup"),
    ],
)
def test_what_is_installed_is_the_version_that_is_locked(tmp_path, monkeypatch, installed, message):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "harness.txt").write_text(
        "torch==2.13.0 \\\n    --hash=sha256:0\nonly_elsewhere==1 ; python_version < '3'\n", "utf-8"
    )
    monkeypatch.setattr(machine, "installed_packages", lambda: {"torch": installed} if installed else {})
    assert list(machine.unlike_lock(tmp_path)) == ([message] if message else [])


def test_a_local_package_that_is_not_the_judge_is_named(locked):
    (said,) = locked("", [("mine", "1", '{"url": "file:///home/me/mine"}')])
    assert said.startswith("mine 1 is installed")


def test_an_edited_judge_is_seen(tmp_path):
    def listed(name, content):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        path = PurePosixPath(name)
        return type("Listed", (type(path),), {"hash": SimpleNamespace(mode="sha256", value=digest)})(name)

    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "a.py").write_bytes(b"a")
    (tmp_path / "harness" / "b.py").write_bytes(b"b")
    judge = [listed("harness/a.py", b"a"), listed("harness/b.py", b"edited"), listed("harness/gone.py", b"")]
    found = environment.edited(SimpleNamespace(files=[*judge, listed("other/c.py", b"c")]), tmp_path / "harness")
    assert [one.partition(",")[0] for one in found] == ["harness/b.py"]
    assert list(environment.edited(SimpleNamespace(files=None))) == []


def test_a_wheel_is_the_one_that_the_locks_name(tmp_path):
    (tmp_path / "requirements" / "wheels").mkdir(parents=True)
    wheel = tmp_path / "requirements" / "wheels" / "judge-1-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    (tmp_path / "requirements" / "harness.txt").write_text(
        f"judge==1 --hash=sha256:{hashlib.sha256(b'a wheel').hexdigest()}\n"
    )
    assert list(environment.lock_in_step(Subject(tmp_path))) == []
    wheel.write_bytes(b"another")
    (said,) = environment.lock_in_step(Subject(tmp_path))
    assert said.startswith("requirements/wheels/judge-1-py3-none-any.whl is not the file that the locks name")


def test_bytes_that_are_no_text_are_not_shown():
    assert data.first_change([b"a", b"1"], [b"a", b"2"]) == ("was '1', is '2'", 2)
    assert data.first_change([b"\x89PNG", b"\0IEND"], [b"\x89PNG", b"\0IENDx"]) == (
        "other bytes of what is no text",
        None,
    )
