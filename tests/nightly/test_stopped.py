"""Commands that write several files, stopped in the middle: everything is as it was before, or done."""

import pytest
from conftest import commit_all, run, short_plan

# Ctrl-C comes when a file is about to take the place of another one, or a folder, for the nth time.
STOP = """
import os, pathlib, shutil, signal, sys
left = [int(sys.argv.pop(1))]
def stopping(real):
    def move(*paths, **more):
        if "results" in str(paths) or not str(paths[0]).endswith("alive.json.part"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGINT)
        return real(*paths, **more)
    return move
signal.signal(signal.SIGINT, signal.default_int_handler)
os.replace, pathlib.Path.rename = stopping(os.replace), stopping(pathlib.Path.rename)
from harness.__main__ import main
main()
"""


def bytes_of(folder):
    """Every file that a command may write, with its content."""
    skip = (".git", ".venv", "runs", ".ruff_cache")
    paths = [path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in skip]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def folder(copy_project, python, hub, tmp_path_factory):
    """A small study with a run, committed, in which a command can be stopped."""
    folder = copy_project(tmp_path_factory.mktemp("stopped") / "study")
    short_plan(folder)
    commit_all(folder, "Plan", hub)
    run(python, "-m", "harness", "run", "--workers", "1", cwd=folder, env=hub)
    return folder


def stopped(folder, python, hub, nth, *command):
    """Stop a command when it moves something for the nth time; return whether it was, and left nothing behind."""
    before = bytes_of(folder)
    done = run(python, "-c", STOP, nth, *command, cwd=folder, env=hub, check=False)
    if done.returncode:
        assert "Traceback" not in done.stderr and bytes_of(folder) == before, done.stderr
    return "Stopped: every file is as it was before." in done.stderr


@pytest.mark.slow
def test_accept_card_unseal_and_lock(folder, python, hub):
    assert all(stopped(folder, python, hub, nth, "accept", "latest") for nth in (4, 8))
    assert not (folder / "results").exists() and not (folder / ".accept").exists()
    run(python, "-m", "harness", "accept", "latest", cwd=folder, env=hub)
    commit_all(folder, "Accept", hub)
    for nth in (5, 9):
        assert stopped(folder, python, hub, nth, "accept", "latest")
    for nth in (1, 5):
        assert stopped(folder, python, hub, nth, "card")
    for nth in (1, 3):
        assert stopped(folder, python, hub, nth, "unseal", "--reason", "stopped")
    assert not (folder / "results" / "ledger.jsonl").exists()
    done = run(python, "-m", "harness", "unseal", "--reason", "now", cwd=folder, env=hub)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("forest: fitting it on ") and "writing the ledger, report" in done.stdout
    commit_all(folder, "Open", hub)
    for more in ([], ["--reason", "again"]):
        again = run(python, "-m", "harness", "unseal", *more, cwd=folder, env=hub, check=False)
        assert again.returncode == 1 and again.stderr.startswith(
            "unseal: The test set is open already (opening 1 on 20"
        )
        assert "To score it once more, add --again." in again.stderr
    assert run("git", "status", "--porcelain", cwd=folder, env=hub).stdout == ""
    (folder / "requirements" / "study.in").write_text("numpy\npandas\npandera\nscikit-learn\njoblib\n", "utf-8")
    assert all(stopped(folder, python, hub, nth, "lock") for nth in (4, 6))
