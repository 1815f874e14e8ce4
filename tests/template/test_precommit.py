"""The rendered commit hooks: a fresh study passes them unchanged, and each of them refuses what it is for."""

import json
import shutil

import pytest
from conftest import pins, run

# pre-commit, and what it needs.
HOOK = ("pre-commit", "cfgv", "distlib", "filelock", "identify", "nodeenv", "platformdirs", "pyyaml", "virtualenv")
HOOK += ("python-discovery",)


def commit_hooks(study, hub, *options):
    return run(study / ".venv/bin/pre-commit", "run", *options, cwd=study, env=hub, check=False)


@pytest.fixture(scope="module")
def clean(copy_project, tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("precommit") / "study")


@pytest.fixture
def study(clean, tmp_path):
    return shutil.copytree(clean, tmp_path / "study", symlinks=True)


def test_a_fresh_study_passes_and_is_not_changed(study, hub):
    done = commit_hooks(study, hub, "--all-files")
    assert done.returncode == 0, done.stdout
    assert run("git", "status", "--porcelain", cwd=study, env=hub).stdout == ""


def notebook():
    output = {"output_type": "stream", "name": "stdout", "text": ["0.93\n"]}
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [output], "source": ["1"]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def random_letters(size):
    return bytes(33 + i * i % 89 for i in range(size))


# What a commit must not bring in: hook, file, content. Composed, so that no scanner takes this file for the real thing.
REFUSED = {
    "mistake": ("ruff-check", "study/test_mine.py", b"import os\n"),
    "unformatted": ("ruff-format", "study/test_mine.py", b"x = [ 1,2 ]\n"),
    "output": ("nbstripout", "notebooks/mine.ipynb", notebook()),
    "5 MB": ("large-files", "data/raw/more.csv", random_letters(5_000_000)),
    "AWS key": ("secrets", "study/plan-notes.md", b"my key is AKIA" + b"QWERTYUIOPASDFGH" + b"\n"),
    "password": ("secrets", "study/test_mine.py", b'password = "' + b"hunter2-but-longer" + b'"\n'),
    "private key": ("private-key", "data/key.pem", b"-----BEGIN RSA " + b"PRIVATE KEY-----\n"),
    "conflict": ("merge-conflict", "README.md", b"<<<<<<< " + b"before updating\n1\n=======\n2\n>>>>>>> " + b"after\n"),
    "input without its lock": ("lock", "requirements/study.in", b"numpy\n"),
    "lock edited by hand": ("lock", "requirements/harness.txt", b"numpy==2.0.0\n"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(study, hub, what):
    hook, name, content = REFUSED[what]
    (study / name).parent.mkdir(exist_ok=True)
    (study / name).write_bytes(content)
    run("git", "add", "--all", cwd=study, env=hub)
    done = commit_hooks(study, hub, hook)
    assert done.returncode == 1
    assert name in done.stdout
    assert (study / name).read_bytes() == content


@pytest.fixture
def alone(study):
    """The study without the shared environment, and a lock that holds pre-commit and what it needs."""
    (study / ".venv").unlink()
    (study / "requirements" / "hook.txt").write_text(pins(*HOOK))
    return study


def test_make_setup_installs_the_hook_and_a_bad_commit_is_refused(alone, project, hub):
    study, hook = alone, alone / ".git" / "hooks" / "pre-commit"
    assert not hook.exists()
    run("make", "setup", "LOCK=requirements/hook.txt", cwd=study, env=hub)
    assert hook.exists()
    shutil.rmtree(study / ".venv")
    (study / "requirements" / "hook.txt").unlink()
    (study / ".venv").symlink_to(project / ".venv")
    (study / "study" / "test_mine.py").write_text("import os\n")
    run("git", "add", "--all", cwd=study, env=hub)
    done = run("git", "commit", "--message", "mine", cwd=study, env=hub, check=False)
    assert done.returncode == 1
    assert "study/test_mine.py" in done.stdout + done.stderr


@pytest.mark.parametrize("why", ["no repository", "core.hooksPath"])
def test_where_the_hook_cannot_be_installed_make_setup_says_so(why, alone, hub):
    if why == "no repository":
        shutil.rmtree(alone / ".git")
    else:
        run("git", "config", "core.hooksPath", "elsewhere", cwd=alone, env=hub)
    done = run("make", "setup", "LOCK=requirements/hook.txt", cwd=alone, env=hub)
    assert "Commit hook not installed" in done.stdout
