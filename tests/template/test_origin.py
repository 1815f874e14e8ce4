"""However the template was named, the project knows where it came from, and `copier update` works on it."""

import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import BARE, INSIDE, PYPROJECT, new_hub, release, run

GH = "gh:org/ml-science-template"
URL = "https://github.com/org/ml-science-template"


class Place:
    """A hub that serves v1.0.0 and later v1.1.0, a clone of the template beside it, and a way to run commands."""

    def __init__(self, base, small):
        self.base, self.home = base, base / "home"
        self.home.mkdir()
        self.env = new_hub(small, self.home)
        self.bare = self.home / BARE
        self.clone = base / "clone"  # where v1.1.0 is made
        shutil.copytree(small, self.clone)
        self.local = base / "checkouts" / "ml-science-template"  # what a user has on disk
        self.local.parent.mkdir()
        self.run("git", "clone", "-q", self.clone, self.local, cwd=base)
        self.run("git", "remote", "remove", "origin", cwd=self.local)
        self.sha = self.run("git", "rev-parse", "v1.0.0", cwd=self.clone).stdout.strip()
        self.zip = base / "ml-science-template.zip"
        self.run("git", "archive", "--format=zip", "--prefix=t/", "-o", self.zip, "v1.0.0", cwd=self.clone)

    def run(self, *argv, cwd, check=True, **more):
        env = {name: value for name, value in (self.env | more).items() if value is not None}
        return run(*argv, cwd=cwd, env=env, check=check)

    def cookiecutter(self, cwd, *argv, check=True, **more):
        return self.run("cookiecutter", "--no-input", *argv, cwd=cwd, check=check, **more)

    def release(self):
        """v1.1.0 changes a file; it reaches the hub and the user's checkout."""
        (self.clone / INSIDE / "pyproject.toml").write_text(PYPROJECT + "# new in v1.1.0\n")
        release(self.clone, "v1.1.0", self.env)
        self.run("git", "push", "-q", self.bare, "main", "v1.1.0", cwd=self.clone)
        self.run("git", "pull", "-q", "--tags", self.clone, "main", cwd=self.local)


def api(place, out):
    code = f"from cookiecutter.main import cookiecutter; cookiecutter({GH!r}, no_input=True)"
    place.run("python3", "-c", code, cwd=out)


def elsewhere(place, out):
    place.cookiecutter(place.base, "checkouts/ml-science-template", "-o", out)


def stale_pwd(place, out):
    place.cookiecutter(out, os.path.relpath(place.local, out), PWD="/")


def by_name(place, out):
    place.cookiecutter(place.base, GH, "-o", place.base / "first", "project_slug=first")
    place.cookiecutter(out, "ml-science-template")


def replayed(place, out):
    place.cookiecutter(place.base, GH, "-o", place.base / "second", "project_slug=mine")
    place.run("cookiecutter", "--replay", "ml-science-template", cwd=out)


# how the template is named: (what to run, _src_path)
HTTPS, GIT = f"{URL}.git", "git@github.com:org/ml-science-template.git"
WAYS = {
    "gh": (lambda p, out: p.cookiecutter(out, GH), GH),
    "gh tag": (lambda p, out: p.cookiecutter(out, GH, "--checkout", "v1.0.0"), GH),
    "gh commit": (lambda p, out: p.cookiecutter(out, GH, "--checkout", p.sha), GH),
    "gh Python": (api, GH),
    "https .git": (lambda p, out: p.cookiecutter(out, HTTPS), HTTPS),
    "https": (lambda p, out: p.cookiecutter(out, URL), f"git+{URL}"),
    "git@": (lambda p, out: p.cookiecutter(out, GIT), GIT),
    "file://": (lambda p, out: p.cookiecutter(out, p.bare.as_uri()), lambda p: p.bare.as_uri()),
    "absolute": (lambda p, out: p.cookiecutter(out, p.local), lambda p: str(p.local)),
    "relative": (lambda p, out: p.cookiecutter(out, os.path.relpath(p.local, out)), lambda p: str(p.local)),
    "relative -o": (elsewhere, lambda p: str(p.local)),
    "no PWD": (lambda p, out: p.cookiecutter(out, os.path.relpath(p.local, out), PWD=None), lambda p: str(p.local)),
    "stale PWD": (stale_pwd, lambda p: str(p.local)),
    "cloned before": (by_name, HTTPS),
    "replay": (replayed, HTTPS),
    "zip": (lambda p, out: p.cookiecutter(out, p.zip), GH),
    "token": (lambda p, out: p.cookiecutter(out, f"https://ada:secret@github.com/org/{Path(p.bare).name}"), HTTPS),
    "copier": (lambda p, out: p.run("copier", "copy", "--defaults", GH, "made", cwd=out), GH),
}


@pytest.fixture(scope="module")
def place(small, tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("place"), small)
    with (place.home / "gitconfig").open("a") as file:
        file.write(f'[url "file://{place.home}/bare/"]\n    insteadOf = https://ada:secret@github.com/\n')
    return place


@pytest.fixture(scope="module")
def made(place):
    """Projects made in every way while v1.0.0 was the newest release."""
    projects = {}
    for name, (make, _) in WAYS.items():
        out = place.base / "made" / name.replace(" ", "-").replace("/", "")
        out.mkdir(parents=True)
        make(place, out)
        (projects[name],) = out.iterdir()
    out = place.base / "made" / "no-hooks"
    out.mkdir()
    place.cookiecutter(out, GH, "--accept-hooks", "no")
    (projects["no hooks"],) = out.iterdir()
    for folder in projects.values():
        if not (folder / ".git").exists():
            place.run("git", "init", "-q", cwd=folder)
            place.run("git", "add", "-A", cwd=folder)
            place.run("git", "commit", "-qm", "start", cwd=folder)
    place.release()
    return projects


def recorded(folder):
    return yaml.safe_load((folder / ".copier-answers.yml").read_text(encoding="utf-8"))


def tree(place, folder):
    names = place.run("git", "ls-files", cwd=folder).stdout.split()
    return {name: (folder / name).read_bytes() for name in names if name != ".copier-answers.yml"}


@pytest.mark.parametrize("way", WAYS)
def test_the_origin_is_recorded_and_an_update_works(way, place, made, tmp_path):
    folder, wanted = made[way], WAYS[way][1]
    answers = recorded(folder)
    assert answers["_commit"] == "v1.0.0"
    assert answers["_src_path"] == (wanted(place) if callable(wanted) else wanted)
    assert "secret" not in (folder / ".copier-answers.yml").read_text()
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    place.run("copier", "update", "--defaults", cwd=copy)
    assert "# new in v1.1.0" in (copy / "pyproject.toml").read_text()
    assert recorded(copy) == answers | {"_commit": "v1.1.0"}
    changed = place.run("git", "status", "--porcelain", cwd=copy).stdout.split()
    assert sorted(changed) == [".copier-answers.yml", "M", "M", "pyproject.toml"]


def test_a_project_of_cookiecutter_and_one_of_copier_are_the_same_after_an_update(place, made, tmp_path):
    trees = {}
    for way in ("gh", "copier"):
        shutil.copytree(made[way], tmp_path / way)
        place.run("copier", "update", "--defaults", "--data", "author_name=Ada", cwd=tmp_path / way)
        trees[way] = tree(place, tmp_path / way)
    assert trees["gh"] == trees["copier"]


def test_the_answers_file_reads_as_a_person_would_write_it(made):
    lines = (made["gh"] / ".copier-answers.yml").read_text().splitlines()
    assert lines[0].startswith("# Written by the template")
    assert lines[1:3] == ['_commit: "v1.0.0"', f'_src_path: "{GH}"']
    assert [line.split(":")[0] for line in lines[3:]] == [
        "author_email", "author_name", "description", "framework", "license", "project_name", "project_slug",
        "copyright_year",
    ]  # fmt: skip


def test_without_hooks_the_commit_is_a_comment_an_update_stops_and_one_command_repairs_it(place, made, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(made["no hooks"], copy)
    text = (copy / ".copier-answers.yml").read_text()
    assert "# _commit: not known" in text and recorded(copy)["_src_path"] == GH
    done = place.run("copier", "update", "--defaults", cwd=copy, check=False)
    assert done.returncode == 1 and "cannot obtain old template references" in done.stderr
    again = ["copier", "copy", "--defaults", "--overwrite", "--data-file", ".copier-answers.yml"]
    place.run(*again, "--vcs-ref", "v1.0.0", GH, ".", cwd=copy)
    assert recorded(copy)["_commit"] == "v1.0.0"
    assert place.run("git", "status", "--porcelain", cwd=copy).stdout == " M .copier-answers.yml\n"


def test_without_git_the_commit_is_a_comment_too(place, tmp_path):
    only = tmp_path / "only"
    only.mkdir()
    (only / "cookiecutter").symlink_to(shutil.which("cookiecutter", path=place.env["PATH"]))
    done = place.cookiecutter(tmp_path, place.local, "project_slug=mine", PATH=str(only))
    text = (tmp_path / "mine" / ".copier-answers.yml").read_text()
    assert "template's version is not known" in done.stderr
    assert "# _commit: not known" in text and f'_src_path: "{place.local}"' in text
    assert not re.search(r"^_commit:", text, re.M)


@pytest.mark.parametrize("engine", ["cookiecutter", "copier"])
def test_the_year_of_the_copyright_stays_at_an_update_in_another_year(engine, place, made, tmp_path):
    """Made in 1999, as its record says; updated today."""
    if engine == "copier":
        folder = tmp_path / "copier"
        place.run("copier", "copy", "--defaults", "--vcs-ref", "v1.0.0", "--data", "copyright_year=1999", GH, folder,
                  cwd=tmp_path)  # fmt: skip
        place.run("git", "init", "-q", cwd=folder)
        place.run("git", "add", "-A", cwd=folder)
        place.run("git", "commit", "-qm", "start", cwd=folder)
    else:
        folder = tmp_path / "mine"
        place.cookiecutter(tmp_path, GH, "--checkout", "v1.0.0", "project_slug=mine", "__copyright_year=1999")
    assert recorded(folder)["copyright_year"] == "1999"
    place.run("copier", "update", "--defaults", cwd=folder)
    assert recorded(folder)["copyright_year"] == "1999" and recorded(folder)["_commit"] == "v1.1.0"
    assert place.run("git", "diff", "--stat", "--", "LICENSE", cwd=folder).stdout == ""
    assert "1999" in (folder / "LICENSE").read_text()


def test_asking_for_a_tag_that_the_download_does_not_have_is_said(place, made, tmp_path):
    """cookiecutter re-uses a clone when it is named by its name, and then ignores --checkout."""
    done = place.cookiecutter(tmp_path, "ml-science-template", "--checkout", "v1.1.0", "project_slug=mine")
    assert recorded(tmp_path / "mine")["_commit"] == "v1.0.0"
    assert "v1.1.0 was asked for, but the template in use is v1.0.0" in done.stderr
