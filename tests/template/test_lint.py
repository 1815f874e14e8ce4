"""`make lint` and the commit hook: a fresh study passes them unchanged, and each tool refuses what it is for."""

import json
import re
import shutil

import pytest
from conftest import ROOT, pins, run

# pre-commit, and what it needs.
HOOK = ("pre-commit", "cfgv", "distlib", "filelock", "identify", "nodeenv", "platformdirs", "pyyaml", "virtualenv")
HOOK += ("python-discovery",)
CONFIG = ROOT / "{{cookiecutter.project_slug}}" / ".pre-commit-config.yaml"


def hooks(study, hub, *options):
    return run(study / ".venv/bin/pre-commit", "run", *options, cwd=study, env=hub, check=False)


def notebook(*lines, outputs=False):
    output = {"output_type": "stream", "name": "stdout", "text": ["0.93\n"]}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": [f"{line}\n" for line in lines]}
    cell |= {"execution_count": None, "outputs": [output] if outputs else []}
    facts = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(facts, indent=1).encode()


def random_letters(size):
    return bytes(33 + i * i % 89 for i in range(size))


@pytest.fixture(scope="module")
def clean(copy_project, tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("lint") / "study")


@pytest.fixture
def study(clean, tmp_path):
    return shutil.copytree(clean, tmp_path / "study", symlinks=True)


def test_a_fresh_study_passes_and_is_not_changed(study, hub):
    names = {path.name for path in study.iterdir()}
    done = run("make", "lint", cwd=study, env=hub, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("git", "status", "--porcelain", cwd=study, env=hub).stdout == ""
    assert {path.name for path in study.iterdir()} == names


def test_all_tools_are_asked_though_the_first_found_something(study, hub):
    (study / "study" / "mine.py").write_bytes(b"import os\nx = [ 1,2 ]\n")  # which git does not know
    (study / "README.md").write_bytes(b"<<<<<<< " + b"mine\n1\n=======\n2\n>>>>>>> " + b"yours\n")
    done = run("make", "lint", cwd=study, env=hub, check=False)
    assert done.returncode
    for said in ("F401", "mine.py", "reformat", "hook id: merge-conflict"):
        assert said in done.stdout + done.stderr


def test_make_fix_mends_what_a_tool_can_mend(study, hub):
    (study / "study" / "mine.py").write_bytes(b'"""Mine."""\n\nimport os\nx = [ 1,2 ]\n')
    (study / "notebooks" / "mine.ipynb").write_bytes(notebook("print(0.93)", outputs=True))
    run("git", "add", "--all", cwd=study, env=hub)
    assert run("make", "lint", cwd=study, env=hub, check=False).returncode
    run("make", "fix", cwd=study, env=hub)
    run("make", "lint", cwd=study, env=hub)
    assert (study / "study" / "mine.py").read_bytes() == b'"""Mine."""\n\nx = [1, 2]\n'
    assert b"0.93\\n" not in (study / "notebooks" / "mine.ipynb").read_bytes()


def test_a_run_is_accepted_only_if_lint_has_nothing_to_say(study, hub):
    (study / "study" / "mine.py").write_bytes(b"import os\n")
    done = run("make", "accept", cwd=study, env=hub, check=False)
    assert done.returncode and "F401" in done.stdout and "harness accept" not in done.stdout + done.stderr


TEST = b"import pytest\n\n\n@pytest.mark.skip\ndef test_nothing():\n    pass\n"
CI = b"verify:\n  image: docker.io/library/python:3.12.12\n  script:\n    - "
# What no study should hold: hook, file, content, what is said beside the file's name. Secrets are composed, so that no
# scanner takes this file for the real thing.
REFUSED = {
    "mistake": ("ruff-check", "study/test_mine.py", b"import os\n", "F401"),
    "unformatted": ("ruff-format", "study/test_mine.py", b"x = [ 1,2 ]\n", ""),
    "a package by chance": ("deptry", "study/mine.py", b"import joblib\n", ":1:8: DEP003"),
    "a name that is computed": (
        "imports-written-out",
        "study/mine.py",
        b'import importlib\n\nimportlib.import_module("jo" + "blib")\n',
        ":3:",
    ),
    "the same in a notebook": ("notebook-imports", "notebooks/mine.ipynb", notebook("import joblib"), "code cell 1"),
    "a name that is gone": (
        "notebook-imports",
        "notebooks/mine.ipynb",
        notebook("files = !ls", "from sklearn.metrics import (", "    plot_roc_curve,", ")"),
        "cannot import name 'plot_roc_curve'",
    ),
    "no notebook": ("notebook-imports", "notebooks/mine.ipynb", b"{}", "no notebook"),
    "output": ("nbstripout", "notebooks/mine.ipynb", notebook("1", outputs=True), ""),
    "a fit": ("notebook-fits", "notebooks/mine.ipynb", notebook("model.fit_transform(X)"), ":8:"),
    "all rows": ("notebook-rows", "notebooks/mine.ipynb", notebook("from study.data import read"), ":8:"),
    "raw file": ("raw-file", "study/mine.py", b'open("data/raw/birds.csv")\n', ":1:"),
    "my folder": ("own-machine", "study/mine.py", b'open("C:/Users/Ada/birds.csv")\n', ":1:"),
    "my folder in settings": ("own-machine-settings", "study/mine.yml", b"a: 1\nfolder: ~/birds\n", ":2:"),
    "warnings": ("warnings-heard", "study/mine.py", b'simplefilter("ignore")\n', ":1:"),
    "warnings of tests": ("warnings-heard", "pyproject.toml", b'filterwarnings = ["ignore"]\n', ":1:"),
    "no reason": ("tests-not-skipped", "study/test_mine.py", TEST, ":4:"),
    "unheard": ("failures-pass", ".gitlab-ci.yml", CI + b"make verify || true\n", ":4:"),
    "newest image": ("images-exact", "Dockerfile", b"FROM python:3.12\n", ":1:"),
    "image without a tag": ("images-exact", "Dockerfile", b"# Mine.\nFROM python\n", ":1:"),
    "newest image of CI": ("images-exact", ".gitlab-ci.yml", b"verify:\n  image: python:3.12\n", ":2:"),
    "past the lock": ("installed-from-lock", ".gitlab-ci.yml", CI + b"pip install tabulate\n", ":4:"),
    "past it in code": (
        "installed-from-lock-in-code",
        "notebooks/mine.ipynb",
        notebook("!pip install xlrd"),
        ":8:",
    ),
    "no version": ("environment-exact", "environment.yml", b"dependencies:\n  - numpy\n", ":2:"),
    "5 MB": ("large-files", "data/raw/more.csv", random_letters(5_000_000), "exceeds"),
    "closed": ("raw-data", "data/DATASHEET.md", b"access: closed", "data/raw/penguins-raw.csv"),
    "AWS key": ("secrets", "study/plan-notes.md", b"my key is AKIA" + b"QWERTYUIOPASDFGH" + b"\n", ":1"),
    "password": ("secrets", "study/test_mine.py", b'password = "' + b"hunter2-but-longer" + b'"\n', ":1"),
    "file of secrets": ("secret-files", ".netrc", b"machine example.org\n", ""),
    "private key": ("private-key", "data/key.pem", b"-----BEGIN RSA " + b"PRIVATE KEY-----\n", ""),
    "conflict": ("merge-conflict", "README.md", b"<<<<<<< " + b"mine\n1\n=======\n2\n>>>>>>> " + b"yours\n", ":1:"),
    "input without its lock": ("lock", "requirements/study.in", b"numpy\n", ""),
    "lock edited by hand": ("lock", "requirements/harness.txt", b"numpy==2.0.0\n", "was edited by hand"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_once_it_is_committed(study, hub, what):
    hook, name, content, said = REFUSED[what]
    (study / name).parent.mkdir(exist_ok=True)
    if what == "closed":
        content = (study / name).read_bytes().replace(b"access: open", content)
    (study / name).write_bytes(content)
    run("git", "add", "--all", cwd=study, env=hub)
    run("git", "commit", "--quiet", "--no-verify", "--message", "In a hurry", cwd=study, env=hub)
    done = hooks(study, hub, hook, "--all-files")
    assert done.returncode == 1
    assert name in done.stdout
    assert said in done.stdout
    assert (study / name).read_bytes() == content


def test_each_hook_was_seen_to_refuse():
    ids = re.findall(r"(?m)^      - id: (\S+)$", CONFIG.read_text(encoding="utf-8"))
    assert sorted(ids) == sorted({hook for hook, *_ in REFUSED.values()})


# What looks alike and is right: hook, file, content.
RIGHT = {
    "own stage": ("images-exact", "Dockerfile", b"FROM python:3.12.12 AS base\nFROM base\n"),
    "digest": ("images-exact", "Dockerfile", b"FROM python:3.12@sha256:" + b"0a" * 32 + b"\n"),
    "container without one": ("images-exact", ".github/workflows/x.yml", b"jobs:\n  container:\n    runs-on: linux\n"),
    "reason below": ("tests-not-skipped", "study/test_mine.py", TEST.replace(b"skip\n", b'skip(\n    reason="a"\n)\n')),
    "line through points": ("notebook-fits", "notebooks/mine.ipynb", notebook("np.polynomial.Polynomial.fit(x, y, 1)")),
    "a table of one's own": ("raw-file", "study/friedman.py", b'RAW = "data/raw/friedman.csv"\n\nSCHEMA = 1\n'),
    "cleaning": ("failures-pass", "Makefile", b"clean:\n\t-rm -r dist\n\tgit worktree remove old || true\n"),
    "by hashes": (
        "installed-from-lock",
        ".gitlab-ci.yml",
        CI + b"pip install --require-hashes -r a.txt\n",
    ),
    "guarded": (
        "notebook-imports",
        "notebooks/mine.ipynb",
        notebook("try:", "    import gone", "except: 1"),
    ),
    "no Python": ("notebook-imports", "notebooks/mine.ipynb", notebook("%%bash", "import -window root x.png")),
}


@pytest.mark.parametrize("what", RIGHT)
def test_right(study, hub, what):
    hook, name, content = RIGHT[what]
    (study / name).write_bytes(content)
    run("git", "add", "--all", cwd=study, env=hub)
    done = hooks(study, hub, hook, "--all-files")
    assert done.returncode == 0, done.stdout


@pytest.fixture
def alone(study):
    """The study without the environment that all tests share, and a lock of pre-commit and what it needs."""
    (study / ".venv").unlink()
    (study / "requirements" / "hook.txt").write_text(pins(*HOOK))
    return study


def test_make_setup_installs_the_hook_and_a_bad_commit_is_refused(alone, project, hub):
    study, hook = alone, alone / ".git" / "hooks" / "pre-commit"
    hook.unlink(missing_ok=True)
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
