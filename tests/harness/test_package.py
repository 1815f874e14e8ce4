"""The package as a whole: its examples are true, its commands start fast, from wherever in a study they are called."""

import doctest
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness import __main__ as command_line
from harness import seeds, words

MODULES = [one.name for one in pkgutil.walk_packages(harness.__path__, "harness.")]
HELP = """
import sys
sys.argv = ["harness", "--help"]
from harness.__main__ import main
try:
    main()
finally:
    print({"pandas", "sklearn", "matplotlib", "shap"} & set(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    if name == "harness.training":
        pytest.importorskip(
            "skorch", reason="not exercised: skorch is a study's; tests/nightly/test_training.py has it"
        )
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def call(folder, *arguments):
    """Run a command of the harness in a folder."""
    argv = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True)


def test_help_needs_no_heavy_library():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert "verify" in done.stdout and done.stderr.strip() == "set()"


def test_help_lists_every_command_with_what_it_does():
    modules = {path.stem for path in Path(harness.__path__[0], "cli").glob("*.py")} - {"__init__", "options"}
    assert modules == {name.replace("-", "_") for name in command_line.COMMANDS}
    for name in modules:
        text = command_line.summary(name)
        assert re.fullmatch(r"[A-Z].+\.", text), name  # one line, one sentence
        module = importlib.import_module(f"harness.cli.{name}")
        assert inspect.getdoc(getattr(module, "command", None) or module.list_runs), name


def test_a_command_finds_the_study_from_any_folder_of_it(root):
    for folder in (root / "study", root / "data" / "raw"):
        done = call(folder, "plan")
        assert done.returncode == 0 and "question.margin" in done.stdout, done.stderr


def test_outside_a_study_it_says_so(tmp_path):
    done = call(tmp_path, "plan")
    assert done.returncode == 1 and done.stderr.startswith(f"{tmp_path}: no study here")
    assert "Change into a study" in done.stderr and "Traceback" not in done.stderr


def test_commands_in_messages_are_typed_by_their_place(tmp_path, monkeypatch):
    monkeypatch.setattr(words.sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    said = "no result: `harness accept ID`, `pytest -k L1.2`; the harness runs `harness.json`"
    monkeypatch.chdir(tmp_path)
    assert words.typed(said) == (
        "no result: `.venv/bin/harness accept ID`, `.venv/bin/pytest -k L1.2`; the harness runs `harness.json`"
    )
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert words.typed(said) == said


def test_children_of_a_seed():
    assert harness.__all__ == ["StudyError", "__version__"]
    names = [("split", 0), ("split", 1), ("model", 0)]
    found = {seeds.child(root, *name) for root in (1, 2) for name in names}
    assert len(found) == 6 and all(0 <= seed < 2**32 for seed in found)
    before = seeds.named(1)
    seeds.child(1, "asked by a study")  # what a model draws with is none of the plan's
    assert seeds.named(1) == before
