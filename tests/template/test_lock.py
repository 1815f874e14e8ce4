"""The locks: what makes them, what finds them out of step."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from conftest import BIN, INSIDE, ROOT, fake_wheel, run

STUDY = ROOT / INSIDE


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A study that needs one small package, not at its newest version, locked."""
    study = tmp_path_factory.mktemp("locked")
    folder = study / "requirements"
    folder.mkdir()
    (folder / "study.in").write_text("six==1.16.0\n")
    (folder / "harness.in").write_text("-r study.in\n")
    (folder / "dev.in").write_text("-r harness.in\niniconfig\n")
    (study / "study").mkdir()
    (study / "study" / "plan.toml").touch()  # by which a study is found
    lock(study)
    (folder / "study.in").write_text("six\n")
    lock(study)
    return study


@pytest.fixture
def small(locked, tmp_path):
    """A copy of that study."""
    return shutil.copytree(locked, tmp_path / "small")


def lock(study, *options, check=True, **env):
    return run(BIN / "harness", "lock", *options, cwd=study, check=check, env=os.environ | env)


def locks(study):
    return {path.name: path.read_text() for path in (study / "requirements").iterdir() if path.is_file()}


def pins(text):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.M))


def test_versions_stay_when_a_line_is_added(small):
    assert pins(locks(small)["harness.txt"]) == {"six": "1.16.0"}, "the older version went when its pin was dropped"
    with (small / "requirements" / "study.in").open("a") as file:
        file.write("toolz\n")
    lock(small)
    for name in ("harness.txt", "dev.txt"):
        found = pins(locks(small)[name])
        assert found["six"] == "1.16.0"
        assert "toolz" in found
    assert "iniconfig" not in pins(locks(small)["harness.txt"])


def test_upgrade_is_passed_on_for_one_package(small):
    lock(small, "--upgrade", "iniconfig")
    assert pins(locks(small)["dev.txt"])["six"] == "1.16.0"
    lock(small, "--upgrade", "six")
    assert pins(locks(small)["harness.txt"])["six"] != "1.16.0"
    assert pins(locks(small)["dev.txt"])["six"] == pins(locks(small)["harness.txt"])["six"]


def test_locking_again_changes_nothing(small):
    before = locks(small)
    lock(small)
    assert locks(small) == before


def test_a_shipped_lock_is_in_step_and_holds_no_address():
    lock(STUDY, "--check")
    for name, text in locks(STUDY).items():
        assert "://" not in text, name
        if name.endswith(".txt"):
            assert [line for line in text.splitlines() if line.startswith("-")] == ["--find-links wheels"], name


def test_no_address_gets_into_a_lock_whatever_uv_is_told_elsewhere(small, tmp_path):
    (tmp_path / "uv.toml").write_text("[pip]\nemit-index-url = true\nemit-find-links = true\n")
    lock(small, "--upgrade-all", UV_CONFIG_FILE=str(tmp_path / "uv.toml"), UV_FIND_LINKS=str(tmp_path))
    for name, text in locks(small).items():
        assert "://" not in text and str(tmp_path) not in text, name


@pytest.fixture
def builds(tmp_path):
    """A folder with a build of PyTorch that no index has."""
    fake_wheel(tmp_path / "builds", "torch", "0.0.1+cpu")
    return tmp_path / "builds"


def test_pytorch_is_taken_from_the_folder_that_is_named_and_the_lock_says_which_build_it_is(small, builds):
    with (small / "requirements" / "study.in").open("a") as file:
        file.write("torch\n")
    said = lock(small, TORCH=str(builds)).stdout
    for name in ("harness.txt", "dev.txt"):
        text = locks(small)[name]
        assert pins(text)["torch"] == "0.0.1+cpu", "a newer one of the registry was taken"
        assert "://" not in text and str(builds) not in text
    assert re.search(r"new in the locks: 1 package, 0\.0 MB to download here: torch==0\.0\.1\+cpu 0\.0 MB\n", said)
    before = locks(small)
    assert "new in the locks" not in lock(small, TORCH=str(builds)).stdout and locks(small) == before


def test_the_build_of_pytorch_stays_unless_another_is_asked_for(small, builds):
    """Without a network for the real one it is a failure, and never another build."""
    with (small / "requirements" / "study.in").open("a") as file:
        file.write("torch\n")
    lock(small, TORCH=str(builds))
    done = lock(small, check=False, UV_HTTP_RETRIES="0")
    assert pins(locks(small)["harness.txt"])["torch"].endswith("+cpu")
    if done.returncode:
        assert "No file was changed. The lock has the build cpu of PyTorch: make lock TORCH=..." in done.stderr
    fake_wheel(builds, "torch", "0.0.2+cu130")
    lock(small, "--upgrade", "torch", TORCH=str(builds))
    assert pins(locks(small)["harness.txt"])["torch"] == "0.0.2+cu130"


@pytest.mark.parametrize("place", ["no-such-place", "empty"])
def test_a_place_without_pytorch_is_refused(place, small, tmp_path):
    (tmp_path / "empty").mkdir()
    done = lock(small, check=False, TORCH=str(tmp_path / place))
    assert (
        done.returncode == 1 and done.stderr.startswith(f"TORCH={tmp_path / place}: ") and "Name a build" in done.stderr
    )


def test_what_is_new_is_told_with_its_size(small):
    with (small / "requirements" / "study.in").open("a") as file:
        file.write("toolz\n")
    said = lock(small).stdout
    assert re.search(r"new in the locks: 1 package, 0\.[01] MB to download here: toolz==\S+ 0\.[01] MB\n", said), said


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# What was done, and what has to be named.
OUT_OF_STEP = {
    "a package added": (lambda folder: change(folder / "study.in", "six", "six\ntoolz"), ["harness.txt", "study.in"]),
    "a template's input": (lambda folder: change(folder / "dev.in", "iniconfig", "iniconfig<3"), ["dev.txt", "dev.in"]),
    "a version by hand": (
        lambda folder: change(folder / "harness.txt", "1.16.0", "1.15.0"),
        ["harness.txt", "by hand"],
    ),
    "a hash by hand": (lambda folder: change(folder / "dev.txt", "sha256:1", "sha256:2"), ["dev.txt", "by hand"]),
    "a lock lost": (lambda folder: (folder / "dev.txt").unlink(), ["dev.txt"]),
    "an include lost": (lambda folder: (folder / "study.in").unlink(), ["study.in"]),
}


@pytest.mark.parametrize("what", OUT_OF_STEP)
def test_check_finds(small, what):
    act, named = OUT_OF_STEP[what]
    act(small / "requirements")
    done = lock(small, "--check", check=False, PATH="")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for word in named:
        assert word in done.stderr


def test_check_overlooks_comments_and_line_ends(small):
    path = small / "requirements" / "study.in"
    path.write_bytes(b"# why we need it\r\n\r\nsix  # and how\r\n")
    lock(small, "--check", PATH="")


def test_a_package_that_does_not_exist_leaves_the_locks_alone(small):
    (small / "requirements" / "study.in").write_text("six\nno-such-package-in-the-world\n")
    before = locks(small)
    done = lock(small, check=False)
    assert done.returncode == 1
    assert "no-such-package-in-the-world" in done.stderr
    assert "No file was changed" in done.stderr
    assert locks(small) == before


def test_a_failure_in_the_second_lock_leaves_the_first_alone(small):
    (small / "requirements" / "study.in").write_text("six\ntoolz\n")
    (small / "requirements" / "dev.in").write_text("-r harness.in\nsix<1.16\n")
    before = locks(small)
    assert lock(small, check=False).returncode == 1
    assert locks(small) == before


def test_without_uv_there_is_a_sentence(small):
    code = "import sys; sys.executable, sys.argv = '/nowhere/python', ['harness', 'lock']; "
    code += "from harness.__main__ import main; main()"
    done = run(sys.executable, "-c", code, cwd=small, check=False, env={"PATH": ""})
    assert done.returncode == 1
    assert "uv is neither in .venv nor on PATH" in done.stderr


def test_elsewhere_there_is_a_sentence(small, tmp_path_factory):
    done = lock(small, "--folder", tmp_path_factory.mktemp("empty"), check=False)
    assert done.returncode == 1
    assert "neither harness.in nor dev.in" in done.stderr


def test_pip_sync_sees_that_an_environment_made_by_uv_is_exact(project, python, hub):
    done = run(
        Path(python).with_name("pip-sync"), "--dry-run", "requirements/dev.txt", cwd=project, env=hub, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "up-to-date" in done.stdout + done.stderr
