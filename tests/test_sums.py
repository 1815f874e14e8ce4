"""The checksums of the template's files: a render passes, and an edit, in whatever way, is named."""

import sys

import pytest
from conftest import INSIDE, ROOT, commit_all, harness, run

SUMS = "harness/SHA256SUMS"


def said(folder, env):
    done = run(sys.executable, "-B", "-m", "harness.upkeep.sums", "--check", cwd=folder, env=env, check=False)
    return done.stdout + done.stderr


def test_the_list_is_that_of_the_template():
    assert "are as listed" in said(ROOT / INSIDE, None), "make sums"


@pytest.mark.slow
def test_a_render_passes_whatever_its_line_ends_and_caches(copy_project, hub, tmp_path):
    folder = copy_project(tmp_path / "study")
    assert "are as listed" in said(folder, hub)
    for name in ("harness/verdict.py", "tests/test_splits.py", SUMS):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (folder / "harness" / "__pycache__").mkdir(exist_ok=True)
    (folder / "harness" / "__pycache__" / "x.cpython-312.pyc").touch()
    (folder / "tests" / ".DS_Store").touch()
    assert "are as listed" in said(folder, hub)
    assert run("sha256sum", "--check", "--quiet", "--ignore-missing", SUMS, cwd=folder, env=hub, check=False).stdout


@pytest.mark.slow
def test_what_is_edited_added_or_missing_is_named_and_can_be_waived(copy_project, python, hub, tmp_path):
    folder = copy_project(tmp_path / "study")
    with (folder / "harness" / "verdict.py").open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    (folder / "tests" / "test_splits.py").unlink()
    (folder / "tests" / "test_mine.py").touch()
    told = said(folder, hub)
    assert "harness/verdict.py: this file of the template was edited\n" in told
    assert "tests/test_splits.py: this file of the template is missing\n" in told
    assert "tests/test_mine.py: this file is not the template's\n" in told
    done = harness(folder, python, "check", "H1", env=hub, check=False)
    assert done.returncode == 1 and "[waivers] H1" in done.stderr
    with (folder / "study" / "plan.toml").open("a", encoding="utf-8") as file:
        file.write('[waivers]\nH1 = { reason = "Our field asks for another interval.", date = 2026-01-05 }\n')
    commit_all(folder, "Said why", hub)
    done = harness(folder, python, "check", "H1", env=hub)
    assert "1 waived" in done.stdout
