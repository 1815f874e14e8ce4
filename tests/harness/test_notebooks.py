"""Imports of notebooks: which statements are found, and what is said of them."""

import ast
import json

import pytest

from harness import notebooks


@pytest.fixture
def write(tmp_path):
    def write_(*cells):
        made = [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in cells]
        path = tmp_path / "look.ipynb"
        path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": ["import none"]}, *made]}))
        return path

    return write_


def test_imports_are_found_beside_magics_and_over_several_lines(write):
    path = write(
        "%matplotlib inline\nimport os, sys\nfiles = !ls\n",
        "%%time\nfrom json import (\n    dumps,  # one\n    loads,\n)\nfrom math import cos, \\\n    sin",
        "%%bash\nimport -window root x.png\n",
        "try:\n    import gone\nexcept ImportError:\n    gone = None\nimport csv  # (of Python",
    )
    found = [(number, ast.unparse(node)) for number, node in notebooks.imports(path)]
    assert found == [
        (1, "import os, sys"),
        (2, "from json import dumps, loads"),
        (2, "from math import cos, sin"),
        (4, "import csv"),
    ]


def test_what_is_gone_or_not_declared_is_told(write):
    path = write("from json import gone\n", "import numpy.linalg\nimport no_such_package\n")
    gone, undeclared, missing = notebooks.problems(path, {"pandas"})
    assert gone.startswith(f"{path}: code cell 1: `from json import gone`: cannot import name 'gone'")
    assert undeclared.startswith(f"{path}: code cell 2: `import numpy.linalg`: numpy is not declared.")
    assert "No module named 'no_such_package'" in missing


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON"])
def test_what_is_no_notebook_is_told(tmp_path, text):
    path = tmp_path / "look.ipynb"
    path.write_text(text)
    assert list(notebooks.problems(path, set())) == [
        f"{path}: this is no notebook of version 4. Open it in Jupyter and save it."
    ]


def test_the_exit_code_says_whether_there_are_problems(write, tmp_path, monkeypatch, capsys):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "study.in").write_text("# Yours\nNumPy>=2  # arrays\n")
    monkeypatch.chdir(tmp_path)
    assert notebooks.main([write("import numpy\nfrom harness import StudyError")]) == 0
    assert notebooks.main([write("import pandas")]) == 1
    assert "pandas is not declared" in capsys.readouterr().out
