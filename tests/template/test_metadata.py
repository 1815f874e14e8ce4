"""What a render says about itself: pyproject.toml, CITATION.cff, Makefile, ownership."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, run

BIN = Path(sys.executable).parent
HOSTILE = {
    "project_name": "O'Brien & S\u00f6hne: 100% #1 (a/b) \u7814\u7a76 \U0001f680",
    "description": "- yes: [no], *maybe* | ! @ % 'quoted' \u00e9",
    "author_name": "N\u00e5n \u674e, Jr.: #2",
    "author_email": "o'brien+a@example.org",
}
HELPED = ["setup", "clean-example", "try", "run", "accept", "test"]
HELPED += ["fix", "check", "replay", "verify", "update", "lock"]
COMMANDS = [*HELPED, "lint", "undo-update"]


@pytest.fixture(scope="module", params=["MIT", "BSD-3-Clause", "Apache-2.0"])
def answered(request, render, tmp_path_factory):
    """A render with difficult answers, and the answers."""
    answers = HOSTILE | {"license": request.param, "project_slug": "hard-study"}
    return render("cookiecutter", tmp_path_factory.mktemp("metadata"), **answers), answers


def test_pyproject_says_what_was_answered(answered):
    folder, answers = answered
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "hard-study"
    assert project["description"] == answers["description"]
    assert project["authors"] == [{"name": answers["author_name"], "email": answers["author_email"]}]
    assert project["license"] == answers["license"]
    run(BIN / "validate-pyproject", folder / "pyproject.toml", cwd=folder)


def test_citation_says_what_was_answered(answered):
    folder, answers = answered
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["title"] == answers["project_name"]
    assert citation["abstract"] == answers["description"]
    assert citation["authors"] == [{"name": answers["author_name"], "email": answers["author_email"]}]
    assert citation["license"] == answers["license"]
    schema = ["--builtin-schema", "vendor.citation-file-format"]
    run(BIN / "check-jsonschema", *schema, folder / "CITATION.cff", cwd=folder)


def test_codemeta_is_made_of_the_citation(answered, python, hub):
    folder, answers = answered
    assert not (folder / "codemeta.json").exists()
    ask = "import json; from pathlib import Path; from harness.publish import metadata as m"
    ask += "; print(json.dumps(m.codemeta(Path('.'))))"
    said = json.loads(run(python, "-c", ask, cwd=folder, env=hub | {"PYTHONDONTWRITEBYTECODE": "1"}).stdout)
    assert (said["name"], said["description"]) == (answers["project_name"], answers["description"])
    assert said["author"] == [{"@type": "Person", "name": answers["author_name"], "email": answers["author_email"]}]
    assert said["license"] == f"https://spdx.org/licenses/{answers['license']}"


SOMESY = """
[project]
name = "a-study"
version = "1.2.0"
description = "What it finds out."
license = "MIT"
requires-python = ">=3.11"
authors = [{ name = "Zoe Miller", email = "zoe@example.org" }]
[tool.somesy.project]
name = "a-study"
version = "1.2.0"
description = "What it finds out."
license = "MIT"
repository = "https://example.org/study"
keywords = ["one", "two"]
people = [{ given-names = "Zoe", family-names = "Miller", email = "zoe@example.org", author = true, maintainer = true,
            orcid = "https://orcid.org/0000-0002-1825-0097" }]
"""


def test_codemeta_agrees_with_somesy(project, python, hub, tmp_path):
    """Somesy makes codemeta.json and CITATION.cff from pyproject.toml; from its CITATION.cff we make the same."""
    (tmp_path / "pyproject.toml").write_text(SOMESY.replace("true,\n            ", "true, "))
    run(BIN / "uv", "venv", "--quiet", tmp_path / "venv", cwd=tmp_path, env=hub)
    install = [BIN / "uv", "pip", "install", "--quiet", "--python", tmp_path / "venv", "somesy==0.8.2"]
    done = run(*install, cwd=tmp_path, env=hub, check=False)
    if done.returncode:
        pytest.skip(f"not exercised: somesy cannot be installed: {done.stderr[-200:]}")
    run(tmp_path / "venv" / "bin" / "somesy", "sync", cwd=tmp_path, env=hub)
    theirs = json.loads((tmp_path / "codemeta.json").read_text(encoding="utf-8"))
    ask = "import sys, json; from pathlib import Path; from harness.publish import metadata as m"
    ask += "; print(json.dumps(m.codemeta(Path(sys.argv[1]))))"
    ours = json.loads(run(python, "-c", ask, tmp_path, cwd=project, env=hub).stdout)
    (terms,) = (tmp_path / "venv").glob("lib/*/site-packages/somesy/codemeta/schema-3.jsonld")
    known = json.loads(terms.read_text(encoding="utf-8"))["@context"]
    assert {key for key in ours if not key.startswith("@")} <= known.keys()
    # Deliberate: one licence is a value, not a list; who maintains it, and when the file was made, is not said.
    # An ORCID is the @id of its person, once.
    theirs["license"] = theirs["license"][0]
    theirs["author"][0].pop("identifier")
    for key in ("maintainer", "dateCreated", "dateModified"):
        theirs.pop(key, None)  # the dates come from git, if there is one
    assert ours == theirs


def test_versions_agree(answered):
    folder, _ = answered
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))["version"] == project["version"]


def test_no_free_text_where_a_shell_would_read_it(answered):
    folder, answers = answered
    for name in ("Makefile", "Dockerfile", ".gitlab-ci.yml", ".github/workflows/verify.yml", ".pre-commit-config.yaml"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not [answer for answer in HOSTILE.values() if answer in text], name


def test_ownership_is_stated_as_designed(answered):
    sentence = (
        "Every file in this folder is yours, except those that a command makes. "
        "The harness, `ml-science-harness`, is a package in the lock."
    )
    assert f"**{sentence}**" in (answered[0] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_cruft_skips_what_copier_never_updates():
    study = ROOT / "{{cookiecutter.project_slug}}"
    skip = tomllib.loads((study / "pyproject.toml").read_text())["tool"]["cruft"]["skip"]
    excluded = yaml.safe_load((ROOT / "copier.yml").read_text())["_exclude"]
    at_update = [
        re.fullmatch(r"\{% if _copier_operation == 'update' %\}/(.+?)/?\{% endif %\}", line) for line in excluded
    ]
    assert sorted(skip) == sorted([".git", *(found.group(1) for found in at_update if found)])


@pytest.fixture(scope="module")
def default(render, tmp_path_factory):
    return render("cookiecutter", tmp_path_factory.mktemp("default"))


@pytest.fixture
def bare(default, tmp_path):
    """A render without an environment, in a folder whose name has spaces."""
    return shutil.copytree(default, tmp_path / "a folder with spaces")


def test_make_help_is_complete(bare, hub):
    lines = run("make", cwd=bare, env=hub).stdout.splitlines()
    assert sorted(line.split()[1] for line in lines) == sorted(["help", *HELPED])


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("setup", "undo-update")])
def test_make_without_an_environment_says_what_to_do(bare, hub, command):
    (bare / ".venv").mkdir()  # what an interrupted setup may leave
    done = run("make", command, cwd=bare, env=hub, check=False)
    assert done.returncode != 0
    assert "make setup" in done.stderr


def snapshot(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path: (path.read_bytes(), path.stat().st_mode) for path in files}


def test_undo_update_brings_everything_back_and_loses_nothing(bare, hub):
    def git(*argv):
        return run("git", *argv, cwd=bare, env=hub).stdout

    (bare / "Dockerfile").write_text("mine\n")
    git("commit", "--all", "--quiet", "--message", "mine")
    (bare / "runs" / "1").mkdir(parents=True)
    (bare / "runs" / "1" / "scores.csv").write_text("ignored by git\n")
    before = snapshot(bare)
    # An update as copier leaves it: a conflict that git knows of; changed, new, removed and renamed files.
    blobs = [git("rev-parse", f"{commit}:Dockerfile").strip() for commit in ("HEAD~1", "HEAD", "HEAD~1")]
    entries = "".join(f"100644 {blob} {stage}\tDockerfile\n" for stage, blob in enumerate(blobs, 1))
    git("rm", "--quiet", "--cached", "Dockerfile")
    subprocess.run(["git", "update-index", "--index-info"], cwd=bare, env=hub, input=entries, text=True, check=True)
    (bare / "Dockerfile").write_text("<<<<<<< " + "before updating\nmine\n")
    (bare / "pyproject.toml").write_text("changed\n")
    (bare / "CITATION.cff").unlink()
    (bare / "requirements" / "new.in").write_text("six\n")
    git("mv", "CONTRIBUTING.md", "HOW.md")
    assert git("ls-files", "--unmerged")
    run("make", "undo-update", cwd=bare, env=hub)
    assert snapshot(bare) == before
    assert git("status", "--porcelain") == ""
    kept = set(git("stash", "show", "--name-only", "--no-renames", "stash@{0}").split())
    assert kept == {"Dockerfile", "pyproject.toml", "CITATION.cff", "requirements/new.in", "CONTRIBUTING.md", "HOW.md"}
