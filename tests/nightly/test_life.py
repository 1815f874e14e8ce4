"""A project's life: made from v1.0.0, made the student's own, updated to v2.0.0.

In v2.0.0 every file has changed, and the judge is version 1.0.1, built from a changed source.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import BARE, INSIDE, ORIGIN, ROOT, build_environment, commit_all, new_hub, release, run, short_plan

ENGINES = ("cookiecutter", "copier", "cruft")
ANSWERS = {
    "project_name": "Sugar & Time",
    "project_slug": "sugar-and-time",
    "description": "Does a straight line tell how diabetes goes on?",
    "author_name": "Ada O'Byron",
    "author_email": "ada@example.net",
    "license": "BSD-3-Clause",
}
YOURS = ("study/", "data/", "notebooks/", "tests/", "README.md", "requirements/study.in")
MADE = (
    ".copier-answers.yml",
    *(f"requirements/{name}.txt" for name in ("harness", "dev", "tracking")),
)
NOT_COMMITTED = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", "runs"}
RETIRED = (".gitlab-ci.yml", ".github/pull_request_template.md")  # v2 drops the first, renames the second
RENAMED = ".github/PULL_REQUEST_TEMPLATE/study.md"
ADDED = {  # both have names that are the student's at the top
    ".github/study/new.md": "New in v2.\n",
    ".github/data/README.md": "New in v2.\n",
}
EDITS = {  # what the student changes in the template's files, far from what v2 changes
    ".github/workflows/verify.yml": ("timeout-minutes: 60", "timeout-minutes: 90"),
    "pyproject.toml": ('version = "0.1.0"', 'version = "0.7.0"'),
    ".gitlab-ci.yml": ("verify:", "prove:"),
    RETIRED[1]: ("", "Ask Charles.\n"),
}
TABLE = (
    "from sklearn.datasets import load_diabetes as load; t = load(as_frame=True, scaled=False).frame; "
    "t.rename(columns={'target': 'progression'}).to_csv('data/raw/diabetes.csv', index_label='patient')"
)
WHEEL = "requirements/wheels/ml_science_harness-{}-py3-none-any.whl"
OLD, NEW = (WHEEL.format(version) for version in ("1.0.0", "1.0.1"))
pytestmark = pytest.mark.slow


def mark(path):
    """The line that v2 adds to a file."""
    return {".md": "<!-- v2 -->\n", ".html": "<!-- v2 -->\n", ".ipynb": "\n", ".json": "\n"}.get(path.suffix, "# v2\n")


def append(path, text):
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(text)


def files(folder):
    """Bytes of every file by name, without what git keeps or ignores."""
    found = (path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder), path) for path in found)
    return {name.as_posix(): path.read_bytes() for name, path in named if not NOT_COMMITTED & set(name.parts)}


def yours(found):
    return {name: content for name, content in found.items() if name.startswith(YOURS)}


def pins(folder):
    lines = (folder / "requirements" / "dev.txt").read_text(encoding="utf-8").splitlines()
    return {line.rstrip(" \\") for line in lines if re.match(r"\w", line)}


def commit_of(folder):
    return (folder / ".git" / "refs" / "heads" / "main").read_text().strip()


def new_judge(folder):
    """Build version 1.0.1 of the judge from a changed source; its wheel takes the place of the old one."""
    inside, module = folder / INSIDE, folder / "src" / "harness" / "__init__.py"
    text = module.read_text(encoding="utf-8")
    assert '"1.0.0"' in text
    module.write_text(text.replace('"1.0.0"', '"1.0.1"') + "NEW = True\n", encoding="utf-8")
    (inside / OLD).unlink()
    build = ["-m", "flit_core.wheel", "--outdir", inside / Path(NEW).parent, "."]
    run(sys.executable, *build, cwd=folder, env=os.environ | {"SOURCE_DATE_EPOCH": "1767225600"})
    for path in (inside / "requirements").glob("*.in"):
        path.write_text(path.read_text(encoding="utf-8").replace("==1.0.0", "==1.0.1"), encoding="utf-8")


@pytest.fixture(scope="module")
def later(template, hub, tmp_path_factory):
    """Variables with which the hub also has v2.0.0, where every file of the rendered tree has changed."""
    folder = tmp_path_factory.mktemp("v2") / "ml-science-template"
    run("git", "clone", "-q", template, folder, cwd=template, env=hub)
    inside = folder / INSIDE
    for path in sorted(inside.rglob("*")):
        if path.is_file() and path.suffix != ".whl":
            append(path, mark(path))
    new_judge(folder)
    append(inside / "requirements" / "dev.in", "humanize\n")
    (inside / RETIRED[0]).unlink()
    (inside / RENAMED).parent.mkdir()
    (inside / RETIRED[1]).rename(inside / RENAMED)
    for name, text in ADDED.items():
        (inside / name).parent.mkdir(exist_ok=True, parents=True)
        (inside / name).write_text(text)
    rules = folder / "copier.yml"
    before, comment, after = re.split(r"(?m)(^ +# Names that a release retired .*\n)", rules.read_text())
    rules.write_text(before + comment + "".join(f"  - /{name}\n" for name in RETIRED) + after)
    release(folder, "v2.0.0", hub)
    return new_hub(folder, tmp_path_factory.mktemp("home2"))


@pytest.fixture(scope="module")
def students(render, project, hub, tmp_path_factory):
    """A student's project of each engine, and the commit to which she brought it.

    `make setup` builds an environment for the first. The others are linked to that one and have its locks.
    """
    made = {}
    for engine in ENGINES:
        folder = render(engine, tmp_path_factory.mktemp(engine), **ANSWERS)
        if engine != "cookiecutter":
            run("git", "init", "-q", "-b", "main", cwd=folder, env=hub)
            commit_all(folder, "Start from ml-science-template", hub)
        first = made.get("cookiecutter", (project,))[0]
        (folder / ".venv").symlink_to(first / ".venv", target_is_directory=True)

        shutil.rmtree(folder / "study")
        shutil.copytree(ROOT / "tests" / "studies" / "diabetes", folder / "study")
        (folder / "study" / "DATASHEET.md").replace(folder / "data" / "DATASHEET.md")
        (folder / "tests").mkdir(exist_ok=True)
        (folder / "tests" / "test_mine.py").write_text(
            "import toolz\n\n\ndef test_toolz():\n    assert toolz.first([1])\n"
        )
        (folder / "data" / "raw" / "penguins-raw.csv").unlink()
        run(".venv/bin/python", "-c", TABLE, cwd=folder, env=hub)
        run(".venv/bin/harness", "manifest", cwd=folder, env=hub)
        (folder / "notebooks" / "result.ipynb").rename(folder / "notebooks" / "mine.ipynb")
        (folder / "README.md").write_text("# Mine\n")
        for name, (old, new) in EDITS.items():
            text = (folder / name).read_text(encoding="utf-8")
            (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
            assert old in text

        wanted = folder / "requirements" / "study.in"
        if engine == "cookiecutter":
            before = wanted.read_text(encoding="utf-8")
            for line in ("toolz==0.12.0\n", "toolz\n"):  # an old version, then kept as it is locked
                wanted.write_text(before + line, encoding="utf-8")
                run("make", "lock", cwd=folder, env=hub)
            (folder / ".venv").unlink()  # that of all tests
        else:
            shutil.copytree(first / "requirements", folder / "requirements", dirs_exist_ok=True)
        run("make", "setup", cwd=folder, env=hub)
        assert "toolz==0.12.0" in pins(folder)
        commit_all(folder, "My study", hub)
        made[engine] = folder, commit_of(folder)
    return made


@pytest.fixture
def student(students, hub, tmp_path):
    """A fresh clone of a student's project, as it was before any update."""

    def clone(engine="cookiecutter"):
        folder, commit = students[engine]
        copy = tmp_path / engine
        run("git", "clone", "-q", folder, copy, cwd=folder, env=hub)
        run("git", "reset", "-q", "--hard", commit, cwd=copy, env=hub)
        (copy / ".venv").symlink_to(students["cookiecutter"][0] / ".venv", target_is_directory=True)
        return copy

    return clone


def update(folder, env, *options):
    """Let the student type an update."""
    return run("make", "update", *options, cwd=folder, env=env, check=False)


@pytest.fixture(scope="module")
def updated(students, later):
    """Each student's project after `make update`: the folder, its files and pins before, what was said."""
    done = {}
    for engine, (folder, _) in students.items():
        before = files(folder), pins(folder)
        # Of the tests that an update runs, the student's own; those of the template are the same here as in any render.
        said = update(folder, later | {"PYTEST_ADDOPTS": "-k toolz"})
        assert said.returncode == 0, said.stdout + said.stderr
        done[engine] = folder, *before, said.stdout
    return done


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_the_students_is_not_touched(updated, engine):
    folder, before, _, _ = updated[engine]
    after = files(folder)
    assert yours(after) == yours(before) and "tests/test_mine.py" in after
    assert {name: after[name] for name in RETIRED} == {name: before[name] for name in RETIRED}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_templates_files_are_new_and_the_students_edits_are_in_them(updated, engine):
    folder, before, _, _ = updated[engine]
    found = {name: content for name, content in files(folder).items() if not name.startswith(YOURS)}
    kept = {name for name in before if not name.startswith((*YOURS, ".cruft.json", OLD))}
    assert set(found) == kept | {*ADDED, RENAMED, NEW}
    after = {name: content.decode() for name, content in found.items() if name != NEW}
    assert {name: after[name] for name in ADDED} == ADDED
    changed = set(after) - {*ADDED, *RETIRED, *MADE}
    assert len(changed) > 12
    assert [name for name in changed if "\n" + mark(Path(name)) not in after[name]] == []
    for name, (_, new) in EDITS.items():
        assert new in after[name], name
    assert yaml.safe_load(after[".copier-answers.yml"]) == ANSWERS | {
        "_commit": "v2.0.0",
        "framework": "scikit-learn",
        "_src_path": ORIGIN if engine == "cruft" else "gh:org/ml-science-template",
        "copyright_year": yaml.safe_load(before[".copier-answers.yml"])["copyright_year"],
    }
    assert run("git", "ls-files", "--unmerged", cwd=folder).stdout == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_new_judge_takes_the_place_of_the_old_byte_for_byte(updated, later, engine):
    folder, before, _, _ = updated[engine]
    assert [name for name in files(folder) if name.endswith(".whl")] == [NEW] and OLD in before
    served = subprocess.run(["git", "show", f"v2.0.0:{INSIDE}/{NEW}"], cwd=Path(later["HOME"]) / BARE, check=True,
                            capture_output=True).stdout  # fmt: skip
    assert files(folder)[NEW] == served
    said = run(".venv/bin/python", "-c", "import harness; print(harness.__version__, harness.NEW)", cwd=folder).stdout
    assert said == "1.0.1 True\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_lock_is_made_again_and_keeps_its_pins(updated, engine):
    folder, _, before, _ = updated[engine]
    after = pins(folder)
    assert {pin for pin in before - after} == {"ml-science-harness==1.0.0"} and "toolz==0.12.0" in before
    assert sorted(pin.split("==")[0] for pin in after - before) == ["humanize", "ml-science-harness"]
    installed = run(".venv/bin/python", "-c", "import humanize, toolz; print(toolz.__version__)", cwd=folder).stdout
    assert installed == "0.12.0\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_tests_ran_and_the_student_is_told_what_to_do(updated, engine):
    folder, before, _, said = updated[engine]
    assert re.search(r"\d+ passed", said)
    assert re.search(r'Updated: _commit: "?v2\.0\.0"?\..* git commit', said)
    assert (".cruft.json" in before) == (engine == "cruft")
    assert not (folder / ".cruft.json").exists()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_second_update_does_nothing(updated, later, engine):
    folder = updated[engine][0]
    commit_all(folder, "Update", later)
    before = files(folder), commit_of(folder)
    said = update(folder, later)
    assert said.returncode == 0 and "already up to date" in said.stdout
    assert "passed" not in said.stdout and "lock" not in said.stdout
    assert (files(folder), commit_of(folder)) == before
    assert run("git", "status", "--porcelain", cwd=folder, env=later).stdout == ""


def test_a_project_of_cookiecutter_and_one_of_copier_have_become_the_same(updated):
    assert files(updated["cookiecutter"][0]) == files(updated["copier"][0])


@pytest.mark.parametrize(
    ("engine", "names"), [("copier", ["Dockerfile", "pyproject.toml"]), ("cruft", ["Makefile", "pyproject.toml"])]
)
def test_a_conflict_is_an_error_that_names_the_files_and_can_be_undone(student, later, engine, names):
    folder = student(engine)
    for name in names:
        append(folder / name, "# mine\n")  # where v2 has its line
    commit_all(folder, "The same lines", later)
    before, commit = files(folder), commit_of(folder)
    said = update(folder, later)
    assert said.returncode != 0 and "passed" not in said.stdout
    assert re.findall(r"(?m)^  (\S+)$", said.stderr) == names
    after = files(folder)
    assert all(b"# mine\n" in after[name] and b"# v2\n" in after[name] for name in names)
    assert yours(after) == yours(before) and after["requirements/dev.txt"] == before["requirements/dev.txt"]

    by_make, by_git = re.search(r"(make undo-update) \(or: (.*)\)", said.stderr).groups()
    command = by_git if "Makefile" in names else by_make
    run("sh", "-c", command, cwd=folder, env=later)
    assert run("git", "status", "--porcelain", cwd=folder, env=later).stdout == ""
    assert (files(folder), commit_of(folder)) == (before, commit)
    kept = run("git", "stash", "show", "--name-only", "stash@{0}", cwd=folder, env=later).stdout.split()
    assert {*names, *ADDED, RENAMED, ".copier-answers.yml"} <= set(kept)


def test_a_conflict_is_settled_as_the_message_says(student, later):
    folder = student()
    append(folder / "Dockerfile", "# mine\n")
    commit_all(folder, "The same line", later)
    said = update(folder, later)
    assert said.returncode != 0
    text = (folder / "Dockerfile").read_text()
    (folder / "Dockerfile").write_text(re.sub(r"(?m)^(<<<<<<<|=======|>>>>>>>).*\n", "", text))
    add, make = re.search(r"Then: (git add .*?) && (make .*?), ", said.stderr).groups()
    run(*shlex.split(add), cwd=folder, env=later)
    assert make == "make lock setup test"  # what each does is seen elsewhere
    run("make", "lock", cwd=folder, env=later)
    assert [pin for pin in pins(folder) if pin.startswith("humanize==")]
    commit_all(folder, "Update", later)
    assert "already up to date" in update(folder, later).stdout


def test_a_rejected_change_is_a_conflict_too(student, later):
    """copier can leave X.rej, though rarely."""
    folder = student()
    text = (folder / "Makefile").read_text()
    assert "rm -f .cruft.json;" in text
    (folder / "Makefile").write_text(text.replace("rm -f .cruft.json;", "touch requirements/dev.in.rej;"))
    commit_all(folder, "As if copier had rejected a change", later)
    said = update(folder, later)
    assert said.returncode != 0 and "requirements/dev.in.rej" in said.stderr + said.stdout


def test_a_step_that_fails_is_named(student, later):
    folder = student()
    append(folder / "requirements" / "study.in", "no requirement at all\n")
    commit_all(folder, "A mistake", later)
    said = update(folder, later)
    assert said.returncode != 0 and "passed" not in said.stdout
    assert "update: It is in, but a step failed, see above." in said.stderr and "make undo-update" in said.stderr


def untracked(folder, env):
    (folder / "new.txt").touch()


def changed(folder, env):
    append(folder / "study" / "plan.toml", "# later\n")


def without_git(folder, env):
    shutil.rmtree(folder / ".git")


def without_commit(folder, env):
    path = folder / ".copier-answers.yml"
    path.write_text(re.sub(r"(?m)^_commit:.*$", "# _commit: not known", path.read_text()))
    commit_all(folder, "Not known", env)


def nothing(folder, env):
    pass


@pytest.mark.parametrize(
    ("change", "argv", "sentence"),
    [
        (untracked, [], "?? new.txt\nupdate: This is not committed. Commit it"),
        (changed, [], " M study/plan.toml\nupdate: This is not committed."),
        (without_git, [], "not a git repository"),
        (without_commit, [], "Write it there, such as _commit: v1.0.0"),
        (nothing, ["TO=v9.9.9"], "update: copier could not do it, see above."),
    ],
)
def test_an_update_that_cannot_be_is_refused_in_a_sentence(student, later, change, argv, sentence):
    folder = student()
    change(folder, later)
    before = files(folder)
    said = update(folder, later, *argv)
    assert said.returncode != 0 and sentence in said.stdout + said.stderr, said.stdout + said.stderr
    assert files(folder) == before


def test_who_stays_with_cruft_keeps_what_is_hers(student, later):
    folder = student("cruft")
    before = files(folder)
    run("cruft", "update", "-y", cwd=folder, env=later)
    after = files(folder)
    assert after["Dockerfile"].endswith(b"# v2\n") and set(ADDED) < set(after)
    assert NEW in after and OLD not in after
    assert yours(after) == yours(before) and "tests/test_mine.py" in after
    for lock in ("requirements/dev.txt", "requirements/harness.txt"):
        assert after[lock] == before[lock]


def test_a_result_accepted_before_the_update_is_replayed_by_its_old_judge(student, later):
    folder = student()
    (folder / ".venv").unlink()
    build_environment(folder, later)
    short_plan(folder)
    commit_all(folder, "A short plan", later)
    run(".venv/bin/harness", "run", "--workers", "1", cwd=folder, env=later)
    (name,) = (path.name for path in (folder / "runs").iterdir() if not path.name.startswith("."))
    run(".venv/bin/harness", "accept", name, cwd=folder, env=later)
    commit_all(folder, "A result", later)
    said = update(folder, later | {"PYTEST_ADDOPTS": "-k toolz"})
    assert said.returncode == 0, said.stdout + said.stderr
    commit_all(folder, "Update", later)
    said = run(".venv/bin/harness", "replay", "--workers", "1", cwd=folder, env=later)
    assert "replay: identical" in said.stdout and "building a fresh environment" in said.stdout
    (path,) = (folder / "runs").glob("*/replay.json")
    repeated = json.loads((path.parent / "run.json").read_text(encoding="utf-8"))
    assert repeated["packages"]["ml-science-harness"] == "1.0.0"
    installed = run(".venv/bin/python", "-c", "import harness; print(harness.__version__)", cwd=folder).stdout
    assert installed == "1.0.1\n"
