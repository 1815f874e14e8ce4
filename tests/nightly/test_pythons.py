"""Every Python that is supported takes the lock, imports what was asked for and passes the tests of the study."""

import re
import shutil

import pytest
from conftest import build_environment, interpreter, run

PYTHONS = ["3.11", "3.12", "3.13"]
# Packages that are imported by another name than they are installed by.
IMPORTED_AS = {
    "detect-secrets": "detect_secrets",
    "ml-science-harness": "harness",
    "pip-tools": "piptools",
    "pre-commit": "pre_commit",
    "pre-commit-hooks": "pre_commit_hooks",
    "scikit-learn": "sklearn",
}


def asked_for(study):
    paths = [study / "requirements" / f"{name}.in" for name in ("study", "harness", "dev")]
    lines = [line for path in paths for line in path.read_text().splitlines()]
    return sorted({found[0] for line in lines if (found := re.match(r"[a-z][\w.-]*", line))})


@pytest.fixture(scope="module", params=PYTHONS)
def served(request, project, hub, tmp_path_factory):
    """A copy of the study with an environment of its own, made from the lock by one Python."""
    study = tmp_path_factory.mktemp("python") / "study"
    shutil.copytree(project, study, symlinks=True, ignore=shutil.ignore_patterns(".venv", "runs"))
    build_environment(study, hub, python=interpreter(request.param))
    return request.param, study


@pytest.mark.slow
def test_every_python_imports_what_was_asked_for(served, hub):
    version, study = served
    modules = [IMPORTED_AS.get(name, name) for name in asked_for(study)]
    assert {"numpy", "sklearn", "pytest"} <= set(modules)
    code = f"import sys, {', '.join(modules)}; print('%d.%d' % sys.version_info[:2])"
    assert run(study / ".venv/bin/python", "-c", code, cwd=study, env=hub).stdout.strip() == version


@pytest.mark.slow
def test_every_python_passes_the_tests_of_the_study(served, hub):
    _, study = served
    run(study / ".venv/bin/python", "-m", "pytest", "-q", cwd=study, env=hub)


@pytest.mark.slow
def test_every_python_has_a_stock_pip_that_takes_the_lock(served, hub, tmp_path):
    version, study = served
    run(interpreter(version), "-m", "venv", tmp_path / "stock", cwd=study, env=hub)
    dry = ["-m", "pip", "install", "--dry-run", "--quiet", "--require-hashes", "-r", "requirements/harness.txt"]
    run(tmp_path / "stock/bin/python", *dry, cwd=study, env=hub)
