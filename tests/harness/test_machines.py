"""Machines as they are: what stopped a command is said in the words of git or the file system, and nothing is left."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shipped

MORTAL = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.getuid() == 0 else []  # root may write
UNSEAL = ("unseal", "--reason", "now")


@pytest.fixture
def folder(tmp_path):
    """A committed study."""
    return shipped.commit(shipped.copy(tmp_path / "mine"))


def harness(folder, *arguments, before=(), start=None, **variables):
    """Run a command of the harness; return its exit code and what it said, which is no traceback."""
    command = [*before, sys.executable, "-m", "harness", *arguments]
    env = os.environ | variables
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, preexec_fn=start)
    assert "Traceback" not in done.stderr and not list(folder.rglob("*.part")), done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_disk_that_takes_no_more(folder):
    manifest = folder / "data" / "MANIFEST.sha256"
    before = manifest.read_bytes()
    (folder / "data" / "raw" / "more.csv").write_text("a,b\n", "utf-8")
    full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))  # noqa: E731
    code, said = harness(folder, "manifest", start=full)
    assert code == 1 and said.startswith("harness manifest: File too large") and manifest.read_bytes() == before


def test_a_folder_that_may_not_be_written_to(folder):
    (folder / "data").chmod(0o555)
    code, said = harness(folder, "manifest", before=MORTAL)
    (folder / "data").chmod(0o755)
    assert code == 1 and said.startswith("harness manifest: Permission denied: ") and "MANIFEST.sha256.part" in said


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"])
def test_the_repository_of_another_folder_is_not_asked(folder, tmp_path, name):
    other = tmp_path / "other"
    other.mkdir()
    shipped.git(other, "init", "-q")
    values = {"GIT_DIR": other / ".git", "GIT_INDEX_FILE": other / "index", "GIT_WORK_TREE": other}
    code, said = harness(folder, "unseal", **{name: str(values[name])})
    assert code == 1 and said.startswith("unseal: There is no reason.")  # since everything is committed here
    assert not (other / "index").exists()


def test_git_that_is_not_there(folder, tmp_path):
    code, said = harness(folder, *UNSEAL, PATH=str(tmp_path))
    assert code == 1 and "Commit everything first" in said and "git is not installed here" in said


def test_a_home_that_is_not_there(folder):
    code, said = harness(folder, "check", "--json", "P0", "D1", "T1", HOME="/proc/nowhere")
    assert code == 0, said


def test_an_archive_that_git_cannot_make_says_what_git_said(folder, tmp_path):
    from harness.exceptions import StudyError
    from harness.provenance import clone

    shutil.rmtree(folder / ".git" / "objects")
    with pytest.raises(StudyError, match=r"(?s)`git archive .*failed:.*(not a git repository|bad object|not a valid)"):
        clone.call(folder, "git", "archive", "--format=zip", f"--output={Path(tmp_path, 'a.zip')}", "HEAD")
