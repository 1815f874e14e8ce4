"""The end of `make verify`: what was verified, what was not, what to do next."""

import datetime
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness import verify
from harness.checks import engine
from harness.exceptions import StudyError
from harness.words import typed

ROOT = Path(__file__).parents[2]
NAMED = SimpleNamespace(date=datetime.date(2026, 1, 2), reason="known")


def finding(code, status):
    """Return what came of a check."""
    check = SimpleNamespace(code=code, name="it", find=finding)
    return verify.findings.Finding(check, status, [f"{code} says"], NAMED if status == "waived" else None)


@pytest.fixture
def checked(monkeypatch, tmp_path):
    """What the step of the checks makes of some findings."""

    def step(*found):
        monkeypatch.setattr(verify.registry, "all_checks", lambda root: [])
        monkeypatch.setattr(verify.findings, "examine", lambda *asked, **options: found)
        return verify.check(tmp_path)

    return step


def shown(capsys, *steps):
    verify.summarize(dict.fromkeys(steps, 1.0))
    return capsys.readouterr().out


def test_what_was_not_looked_at_is_told(capsys, checked):
    tests = verify.Step("tests", True, "not exercised", "make test", ("tests: none",))
    found = [finding("A", "passed"), finding("B", "waived"), finding("C", "not exercised")]
    step = checked(*found)
    assert step.passed and step.outcome == "1 passed, 1 waived, 1 not exercised"
    said = shown(capsys, tests, step)
    assert (
        "  tests: none\n  C it not exercised: C says\n  B it waived on 2026-01-02: known (1 x: B says)\nNext:\n  noth"
        in said
    )


def test_checks_that_share_a_reason_are_told_together(checked):
    one = finding("A", "not exercised")
    other = finding("B", "not exercised")._replace(evidence=one.evidence)
    assert checked(one, other).missing == ("A, B not exercised: A says",)


def test_the_first_failure_is_what_to_do_next(capsys, checked):
    lint = verify.Step("lint", True, "passed", "make lint")
    step = checked(finding("A", "passed"), finding("B", "failed"))
    assert "B it failed." in capsys.readouterr().out
    assert not step.passed and step.outcome == "1 passed, 1 FAILED"
    said = shown(capsys, lint, step, verify.Step("replay", False, "outside", "make replay"))
    assert said.startswith("\nFAILED\n")
    assert typed("\nNext:\n  check failed; alone it is shown by: `harness check B` (with --explain:") in said


def test_a_replay_that_cannot_be_says_why_and_what_it_takes(tmp_path):
    step = verify.repeat(tmp_path)
    assert (step.passed, step.outcome) == (True, "not exercised")
    assert step.missing[0].startswith("replay: there is no accepted result yet, and no run of a committed study")
    assert step.todo == "make run, then make accept, then git add -A && git commit"


def test_what_is_not_committed_is_committed_before_it_is_run(tmp_path):
    """Accept refuses a run of uncommitted files, so that the other order would end with an error."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert verify.repeat(tmp_path).todo.startswith("make run")
    (tmp_path / "new.py").touch()
    assert verify.repeat(tmp_path).todo.startswith("git add -A && git commit, then make run, then make accept")


@pytest.mark.parametrize(
    ("status", "passed"),
    [("identical", True), ("within tolerance", True), ("outside", False), ("not comparable", False)],
)
@pytest.mark.parametrize("same_lock", [True, False])
@pytest.mark.parametrize(
    ("folder", "todo"), [("results", ""), ("runs/x", "`harness accept x`, then git add -A && git commit")]
)
def test_a_replay_is_in_this_environment_if_it_has_the_lock_of_the_run(
    status, passed, same_lock, folder, todo, monkeypatch, tmp_path
):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "harness.txt").write_text("numpy==2.0.0\n")
    lock = verify.files.file_hash(tmp_path / "requirements" / "harness.txt") if same_lock else "another"
    found = {"status": status, "rows": [], "differs": [], "cause": None, "claim": "the claim"}
    asked = []
    monkeypatch.setattr(verify.replay, "subject", lambda root: tmp_path / folder)
    monkeypatch.setattr(verify.record, "read", lambda folder: {"lock_sha256": lock})
    monkeypatch.setattr(verify.replay, "replay", lambda root, folder, here: asked.append(here) or found)
    step = verify.repeat(tmp_path)
    assert (step.passed, step.outcome, step.todo, asked) == (passed, status, todo, [same_lock])


def test_every_step_is_taken_whatever_came_of_the_others(monkeypatch, capsys, tmp_path):
    taken = []

    def call(root, *command, **settings):
        taken.append(command[0])
        return 1

    def refuse(root):
        taken.append("refused")
        raise StudyError("study/plan.toml: it is missing. Write it.")

    monkeypatch.setattr(verify, "call", call)
    monkeypatch.setattr(verify.registry, "all_checks", refuse)
    monkeypatch.setattr(verify.replay, "subject", refuse)
    assert not verify.verify(tmp_path)
    assert taken == ["ruff", "ruff", "pre-commit", "pytest", "refused", "refused", "refused"]
    assert capsys.readouterr().out.count("study/plan.toml: it is missing.") == 3


def test_what_fast_leaves_out_is_named(monkeypatch, capsys, tmp_path):
    asked = []
    checks = [
        engine.Check(code, name, None, refits=refits) for code, name, refits in (("A1", "a", False), ("B1", "b", True))
    ]
    ran = {f"{verify.CONTRACT}::test_study[{check.code}]": "failed" for check in checks}  # as the probe has them
    monkeypatch.setattr(verify, "call", lambda root, *command, **settings: 0)
    monkeypatch.setattr(verify, "pytest", lambda root, *options, **settings: (0, ran))
    monkeypatch.setattr(verify.registry, "all_checks", lambda root: checks)
    monkeypatch.setattr(verify.findings, "run_check", lambda one, subject: asked.append(one.code) or ("passed", []))
    monkeypatch.setattr(verify.replay, "replay", lambda *_, **__: asked.append("replay"))
    assert verify.verify(tmp_path, verify.FAST) and asked == ["A1"]
    missing = capsys.readouterr().out.partition("Not exercised, or waived:")[2]
    assert "B1" in missing and "replay: left out by --fast" in missing
    assert missing.rstrip().endswith("Next:\n  make verify")


def test_no_tests_are_not_exercised_and_failed_ones_failed(monkeypatch, tmp_path):
    monkeypatch.setattr(verify.registry, "all_checks", lambda root: [])
    for code, passed, outcome in ((0, True, "passed"), (5, True, "not exercised"), (1, False, "FAILED")):
        monkeypatch.setattr(verify, "call", lambda root, *command, code=code, **settings: code)
        step = verify.tests(tmp_path)
        assert (step.passed, step.outcome) == (passed, outcome)


def test_its_commands_are_those_of_make():
    makefile = (ROOT / "{{cookiecutter.project_slug}}" / "Makefile").read_text("utf-8")
    recipe = makefile.partition("\nlint:")[2].partition("\n\n")[0]
    for command in verify.LINT:
        assert re.search(rf"\$\(BIN\)/{' '.join(command)}( 2>&1\))? \|\| failed=1", recipe)
    assert recipe.count("failed=1") == len(verify.LINT)
    assert f"SKIP={verify.SKIP['SKIP']} $(BIN)/pre-commit" in recipe


OPTIONS = "[tool.pytest.ini_options]\n"
HOOK = "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n"
TAKEN_OUT = {  # file and text that take checks out of `make test`; what it still asks is the rest
    "deselected": ("conftest.py", "def pytest_collection_modifyitems(items):\n    items[:] = items[:3]\n"),
    "not collected": ("tests/conftest.py", "collect_ignore = ['test_contract.py']\n"),
    "marked to be skipped": (
        "conftest.py",
        "import pytest\n\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n"
        "        item.add_marker(pytest.mark.skip('slow'))\n",
    ),
    "expected to fail": (
        "tests/conftest.py",
        "import pytest\n\n\ndef pytest_itemcollected(item):\n    item.add_marker(pytest.mark.xfail(strict=False))\n",
    ),
    "reported as passed": ("conftest.py", f"{HOOK}    outcome = yield\n    outcome.get_result().outcome = 'passed'\n"),
    "not called": ("conftest.py", "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"),
    "by name": ("pyproject.toml", f'{OPTIONS}addopts = ["-k", "not L1"]\n'),
    "by another folder": ("pyproject.toml", f'{OPTIONS}testpaths = ["study"]\n'),
    "by names of files": ("pyproject.toml", f'{OPTIONS}python_files = ["check_*.py"]\n'),
    "by names of folders": ("pyproject.toml", f'{OPTIONS}norecursedirs = ["tests"]\n'),
    "by settings that come first": ("pytest.ini", "[pytest]\naddopts = --ignore=tests/test_contract.py\n"),
    "by a plugin that is off": ("pyproject.toml", f'{OPTIONS}addopts = ["-p", "no:python"]\n'),
}


@pytest.fixture
def study_with(root, tmp_path):
    """Return a function that copies the study and puts one file into it."""

    def put(name, text):
        folder = tmp_path / "study"
        shutil.copytree(root, folder, ignore=shutil.ignore_patterns(".git", "runs", "data"))
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
        return folder

    return put


@pytest.mark.slow
@pytest.mark.parametrize("name", TAKEN_OUT)
def test_checks_that_the_tests_do_not_ask_are_no_passed_checks(study_with, monkeypatch, capsys, name):
    folder, ask = study_with(*TAKEN_OUT[name]), verify.pytest
    own = (0, {"study/test_mine.py::test_it": "passed"})
    monkeypatch.setattr(verify, "pytest", lambda *given, **named: ask(*given, **named) if named["quiet"] else own)
    step = verify.tests(folder)
    assert not step.passed and step.outcome == "FAILED"
    assert "`make test` does not run" in capsys.readouterr().out


MINE = """import pytest

def test_that_holds(answer):
    assert answer == 42

@pytest.mark.skip(reason="the station is closed")
def test_of_the_station():
    pass

@pytest.mark.slow
def test_that_takes_minutes():
    pass
"""


def test_what_of_ones_own_tests_did_not_run_is_not_exercised(study_with):
    folder = study_with("tests/test_mine.py", MINE)
    (folder / "tests" / "conftest.py").write_text(
        "import pytest\n\n\n@pytest.fixture\ndef answer():\n    return 42\n\n\n"
        "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: takes minutes')\n",
        "utf-8",
    )
    (folder / "study" / "test_other.py").write_text("def test_it():\n    pass\n", "utf-8")
    options = 'addopts = ["-q", "-x", "--durations=3", "-m", "not slow"]\ntestpaths = ["tests"]\n'
    (folder / "pyproject.toml").write_text(OPTIONS + options, "utf-8")
    step = verify.tests(folder)
    assert step.passed and step.outcome == "passed, 3 not exercised"
    assert step.missing == (
        "tests: tests/test_mine.py::test_of_the_station: it was skipped",
        "tests: tests/test_mine.py::test_that_takes_minutes: it was taken out",
        "tests: study/test_other.py::test_it: pytest does not find it",
    )
