"""The tutorial, typed from beginning to end."""

import re

import pytest
from conftest import INSIDE, ROOT, run
from pages import blocks, shell

STUDY = ROOT / INSIDE


@pytest.mark.slow
def test_tutorial(hub, tmp_path):
    """From nothing to an accepted, verified result, and an update that has nothing to do."""
    lines = [line for block in blocks(ROOT / "docs" / "tutorial.md") for line in block]
    said = shell(lines, tmp_path, hub).stdout
    verdict_line = re.search(r"(\w[\w ]+): forest - discriminant", said)
    assert verdict_line[1] in (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    assert re.search(r"^ *replay +identical ", said, re.M) and "already up to date" in said
    assert run("git", "status", "--porcelain", cwd=tmp_path / "my-study", env=hub).stdout == ""
    # The rendered README knows no command that has not just been run.
    typed = {re.sub(r"\$\(ls runs[^)]*\)", "ID", line) for line in lines}
    assert {line for block in blocks(STUDY / "README.md") for line in block} <= typed
