"""The tests of a file share one process, since they share what is costly to make."""

import os
import re

from conftest import ROOT, run

FILES = ("tests/template/test_sync.py", "tests/template/test_wheel.py")


def test_a_file_stays_in_one_process():
    """As `make test` starts them; a newer pytest has undone this once, in silence."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MAKE", "MFLAGS"))}
    shown = ["--no-print-directory", "--eval", "shown: ; @echo $(PYTEST)", "shown"]
    command = run("make", *shown, cwd=ROOT, env=env).stdout.split()
    said = run("env", *command, "--numprocesses", "2", "--verbose", "--verbose", *FILES, cwd=ROOT, env=env).stdout
    pairs = set(re.findall(r"^\[(gw\d)\] .*? PASSED (\S+?)::", said, re.M))
    assert len({process for process, _ in pairs}) == 2, said
    assert sorted(file for _, file in pairs) == sorted(FILES), pairs
