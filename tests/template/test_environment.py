"""The environment: exact, hashed, compiled, with uv and with pip; whole or not there at all."""

import hashlib
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import INSIDE, ROOT, heed_sigint, isolated, pins, run, unreachable, wait_for

UPKEEP = ROOT / INSIDE / "harness" / "upkeep"
INSTALLERS = ("uv", "pip")


@pytest.fixture(params=INSTALLERS)
def installer(request, tmp_path):
    """Environment variables under which uv, or only pip, is on PATH."""
    env = isolated(tmp_path)
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    if request.param == "uv":
        found = shutil.which("uv", path=env["PATH"])
        assert found, "these tests need uv"
        (bin_ / "uv").symlink_to(found)
    env["PATH"] = os.pathsep.join([str(bin_), "/usr/bin", "/bin"])
    assert bool(shutil.which("uv", path=env["PATH"])) == (request.param == "uv")
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "VIRTUAL_ENV": "/elsewhere"}  # must not hinder
    return request.param, env


@pytest.fixture
def folder(tmp_path):
    """A folder with the module under test and a lock of one small package."""
    folder = tmp_path / "a study"  # with a space
    (folder / "requirements").mkdir(parents=True)
    shutil.copytree(UPKEEP, folder / "harness" / "upkeep", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "harness" / "__init__.py").touch()
    (folder / "requirements" / "dev.txt").write_text(pins("pluggy"))
    return folder


def environment(folder, env, *, check=True):
    return run(sys.executable, "-m", "harness.upkeep.environment", cwd=folder, env=env, check=check)


def packages(folder):
    return {path.name.split("-")[0] for path in (folder / ".venv").glob("lib/python*/site-packages/*.dist-info")}


def test_it_builds_what_the_lock_says_with_bytecode_and_then_does_nothing(installer, folder):
    name, env = installer
    done = environment(folder, env)
    assert f"with {name}:" in done.stdout
    marker = folder / ".venv" / "installed-lock"
    assert marker.read_text() == hashlib.sha256((folder / "requirements" / "dev.txt").read_bytes()).hexdigest()
    assert packages(folder) - {"pip", "setuptools"} == {"pluggy"}
    assert list(folder.glob(".venv/lib/python*/site-packages/pluggy/__pycache__/_manager.*.pyc"))
    before = marker.stat().st_mtime_ns
    assert "is in step with" in environment(folder, env).stdout and marker.stat().st_mtime_ns == before


def test_a_changed_lock_takes_away_what_it_no_longer_has(installer, folder):
    _, env = installer
    lock = folder / "requirements" / "dev.txt"
    tools = ("pip-tools", "build", "click", "pyproject-hooks", "packaging", "wheel", "setuptools", "pip")
    lock.write_text(pins(*tools, "pluggy"))
    environment(folder, env)
    (folder / ".venv" / "kept").touch()
    lock.write_text(pins(*tools, "iniconfig"))
    environment(folder, env)
    assert "iniconfig" in packages(folder) and "pluggy" not in packages(folder)
    assert (folder / ".venv" / "kept").exists(), "it was built anew instead of being synced"


@pytest.mark.parametrize("half", ["no marker", "no python", "a link"])
def test_what_is_not_whole_is_built_anew(half, installer, folder, tmp_path):
    _, env = installer
    environment(folder, env)
    venv = folder / ".venv"
    (venv / "old").touch()
    if half == "no marker":
        (venv / "installed-lock").unlink()
    elif half == "no python":
        for path in venv.glob("bin/python*"):
            path.unlink()
    else:  # an environment that others use must not change
        shared = tmp_path / "shared"
        venv.rename(shared)
        venv.symlink_to(shared)
        (folder / "requirements" / "dev.txt").write_text(pins("iniconfig"))
    environment(folder, env)
    assert not (venv / "old").exists() and not venv.is_symlink() and (venv / "installed-lock").is_file()
    assert half != "a link" or (shared / "old").exists()


def test_an_altered_hash_is_a_failure_and_leaves_nothing(installer, folder):
    _, env = installer
    lock = folder / "requirements" / "dev.txt"
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", lock.read_text()))
    done = environment(folder, env, check=False)
    assert done.returncode == 1 and "could not be built" in done.stderr and not (folder / ".venv").exists()


def test_a_package_without_a_hash_is_a_failure(installer, folder):
    _, env = installer
    (folder / "requirements" / "dev.txt").write_text("pluggy==1.5.0\n")
    done = environment(folder, env, check=False)
    assert done.returncode == 1 and not (folder / ".venv").exists()


def test_no_network_is_told_apart_and_leaves_nothing(installer, folder, tmp_path):
    _, env = installer
    done = environment(folder, unreachable(env, tmp_path), check=False)
    assert done.returncode == 69, done.stdout
    assert "could not be reached" in done.stderr and not (folder / ".venv").exists()


def test_no_network_does_not_cost_the_environment_one_has(installer, folder, tmp_path):
    _, env = installer
    lock = folder / "requirements" / "dev.txt"
    tools = ("pip-tools", "build", "click", "pyproject-hooks", "packaging", "wheel", "setuptools", "pip")
    lock.write_text(pins(*tools))
    environment(folder, env)
    before, old = lock.read_text(), packages(folder)
    lock.write_text(before + pins("pluggy"))
    assert environment(folder, unreachable(env, tmp_path), check=False).returncode == 69
    assert packages(folder) == old
    lock.write_text(before)
    assert "is in step with" in environment(folder, env).stdout


def test_a_fault_of_the_lock_outweighs_a_hitch_of_the_network():
    diagnose = runpy.run_path(str(UPKEEP / "environment.py"))["diagnose"]
    hitch = "WARNING: Retrying after connection broken by 'NewConnectionError'\n"
    assert diagnose(hitch) == 69
    assert diagnose(hitch + "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n do not match the hashes from\n") == 1
    assert diagnose("anything else") == 1


def test_no_lock_is_a_sentence(folder, tmp_path):
    (folder / "requirements" / "dev.txt").unlink()
    done = environment(folder, isolated(tmp_path), check=False)
    assert done.returncode == 1 and "There is no requirements/dev.txt" in done.stderr and "Traceback" not in done.stderr


def test_an_old_python_is_refused_with_a_sentence(folder, tmp_path):
    code = (
        "import runpy, sys; sys.version_info = (3, 10, 4); sys.version = '3.10.4 (main)'; "
        "runpy.run_module('harness.upkeep.environment', run_name='__main__')"
    )
    done = run(sys.executable, "-c", code, cwd=folder, env=isolated(tmp_path), check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed, this is 3.10.4 (")


def test_an_interruption_leaves_no_half_made_environment(folder, tmp_path):
    env = isolated(tmp_path)
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "uv").write_text('#!/bin/sh\nmkdir -p .venv/bin\necho "$$" > started\nexec sleep 300\n')
    (slow / "uv").chmod(0o755)
    env["PATH"] = f"{slow}:/usr/bin:/bin"
    child = subprocess.Popen([sys.executable, "-m", "harness.upkeep.environment"], cwd=folder, env=env,
                             stderr=subprocess.PIPE, text=True, preexec_fn=heed_sigint)  # fmt: skip
    wait_for(folder / "started")
    assert (folder / ".venv").is_dir()
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=60)[1]
    assert child.returncode == 130 and "Interrupted: .venv is not built" in said
    assert not (folder / ".venv").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "started").read_text()), 0)
