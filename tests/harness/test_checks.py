"""Checks of the environment and the models turn red at what they are for, and say where."""

import inspect
import json
import re

import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from harness import checks
from harness.method import inputs
from harness.checks import environment, imports, seeding

PLAN = """
[question]
claim = "The candidate is better than the rival."
falsified_by = "It is not better."
metric = "accuracy"
why = "It is the usual one."
margin = 0.1
agreed_with = "Nobody but this test."
[rows]
dependence = "none"
reason = "They were made one by one."
sealed = 0.2
[models]
floor = "dummy"
linear = "dummy"
domain = "dummy"
rival = "dummy"
candidate = "MODEL"
[evaluation]
seed = 0
folds = 2
repeats = 1
"""


@pytest.fixture
def root(tmp_path):
    for folder in ("study", "notebooks", "requirements"):
        (tmp_path / folder).mkdir()
    (tmp_path / "requirements" / "study.in").write_text("# mine\nnumpy\nscikit-learn>=1  # models\n", "utf-8")
    (tmp_path / "requirements" / "dev.in").write_text("-r study.in\npytest\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("models.py", "import json\nimport numpy.linalg\nfrom sklearn import svm\nfrom . import data\n", []),
        ("models.py", "import numpy\n\nimport yaml\n", ["study/models.py:3: yaml"]),
        ("deep/er.py", "def f():\n    from surely_not_installed.x import y\n", ["study/deep/er.py:2: surely_not"]),
        ("models.py", "from harness import plan\n", ["study/models.py:1: harness"]),
        ("test_mine.py", "import pytest\n", []),
        ("models.py", "import pytest\n", ["study/models.py:1: pytest"]),
    ],
)
def test_imports_declared(root, name, code, said):
    (root / "study" / name).parent.mkdir(exist_ok=True)
    (root / "study" / name).write_text(code, "utf-8")
    found = list(imports.imports_declared(root))
    assert len(found) == len(said) and all(line.startswith(start) for line, start in zip(found, said, strict=True))


def test_imports_of_notebooks_count(root):
    text, code = (
        {"cell_type": "markdown", "source": ["import x"]},
        {"cell_type": "code", "source": ["%time\n", "import yaml"]},
    )
    (root / "notebooks" / "look.ipynb").write_text(json.dumps({"cells": [text, code]}), "utf-8")
    (found,) = imports.imports_declared(root)
    assert found.startswith("notebooks/look.ipynb: code cell 1, line 2: yaml")


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
def test_models_seeded(root, monkeypatch, model, said):
    (root / "study" / "plan.toml").write_text(PLAN.replace("MODEL", model.__name__), "utf-8")
    functions = {"dummy": lambda seed: DummyClassifier(random_state=seed), model.__name__: model}
    monkeypatch.setattr(inputs, "model_functions", lambda: functions)
    found = list(seeding.models_seeded(root))
    assert (not found) if said is None else (len(found) == 1 and said in found[0])


def test_installed_as_locked(root):
    import numpy
    import scipy

    lock = root / "requirements" / "harness.txt"
    lock.write_text(
        f"numpy=={numpy.__version__} ; python_version > '3' \\\n    --hash=sha256:0\n    # via x\n", "utf-8"
    )
    assert list(environment.installed_as_locked(root)) == []
    lock.write_text("scipy==0.1\nsurely-not-installed==1.0\nonly-elsewhere==1 ; python_version < '3'\n", "utf-8")
    scipy_said, missing_said = environment.installed_as_locked(root)
    assert scipy_said.startswith(f"scipy {scipy.__version__}; harness.txt locks ==0.1")
    assert missing_said.startswith("surely-not-installed is missing")


def test_what_cannot_be_exercised_says_so(root):
    one = next(one for one in checks.CHECKS if one.name == "study-kept")
    status, (reason,) = checks.outcome(one, root)
    assert status == "not exercised" and "no result is accepted yet" in reason


def test_codes_and_names_are_unique_and_every_check_explains_itself():
    assert len({one.code for one in checks.CHECKS}) == len({one.name for one in checks.CHECKS}) == len(checks.CHECKS)
    for one in checks.CHECKS:
        assert re.search(r"\n\nDetected: .*\nWhy: .*\nDo: ", inspect.cleandoc(one.find.__doc__), re.S), one.code


def test_a_file_that_is_not_python_is_named(root):
    (root / "study" / "models.py").write_text("import numpy\ndef f(:\n", "utf-8")
    one = next(one for one in checks.CHECKS if one.name == "imports-declared")
    assert checks.outcome(one, root) == ("failed", ["study/models.py:2: invalid syntax"])
