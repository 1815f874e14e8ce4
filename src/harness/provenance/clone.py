"""A clean clone of a study at one of its commits, and commands in it: here, in a fresh environment, in a container."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from harness import builds, files, lock
from harness.exceptions import StudyError
from harness.provenance import machine, rawdata

# Packages belong in the environment that is built, whatever the settings of this machine say.
PIP = {"PIP_USER": "0", "PIP_DRY_RUN": "0", "PIP_TARGET": "", "PIP_PREFIX": "", "PIP_ROOT": ""}


def call(folder: Path, *command: object) -> None:
    """Run a command in a folder; raise StudyError with what it says if it fails."""
    argv = [str(part) for part in command]
    done = subprocess.run(argv, cwd=folder, env=os.environ | PIP, capture_output=True, text=True)
    if done.returncode:
        raise StudyError(f"`{' '.join(argv)}` failed:\n{done.stderr or done.stdout}")


def clone(root: Path, place: Path, commit: str) -> Path:
    """Check a commit out in a new place; return the study's folder in it."""
    top = files.git(root, "rev-parse", "--show-toplevel")
    call(root, "git", "clone", "--quiet", "--no-hardlinks", "--no-checkout", top, place)
    call(place, "git", "checkout", "--quiet", "--detach", commit)
    return place / (files.git(root, "rev-parse", "--show-prefix") or "")


def apply_patch(study: Path, patch: Path, digest: str) -> None:
    """Put back what was not committed."""
    if not patch.is_file() or files.file_hash(patch) != digest:
        raise StudyError(f"replay: {patch.name} in the run's folder is missing, or not the one that the run wrote")
    below = files.git(study, "rev-parse", "--show-prefix")  # git counts paths from the top, the patch from the study
    call(study, "git", "apply", "--whitespace=nowarn", f"--directory={below}", patch)


def bring_data(root: Path, study: Path) -> None:
    """Copy raw files that are listed but not in git; check D1 of the repetition holds their hashes against the list."""
    for name in rawdata.listed(study / "data"):
        source, target = (folder / "data" / name for folder in (root, study))
        if not target.exists():
            if not source.is_file():
                raise StudyError(f"replay: data/{name} is listed, but neither in git nor here: `harness fetch`")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def run_harness(study: Path, out: Path, command: list[str], here: bool, image: str | None) -> None:
    """Run a command of the harness in a clone, so that it writes its record into another folder."""
    argv = ["-m", "harness", *command, "--out"]
    if image:
        call(study, *container(study, out, image), "python", *argv, "/out")
    elif not here:
        call(study, build(study), *argv, out)
    elif unlike := list(machine.unlike_lock(study)):
        raise StudyError(f"replay: --here: not as that commit's lock: {unlike[0]}. Leave --here out.")
    else:
        call(study, sys.executable, *argv, out)


def container(study: Path, out: Path, image: str) -> list[str | Path]:
    """Return the command that runs something in a container, as the same user, whichever tool there is."""
    tool = os.environ.get("CONTAINER") or shutil.which("docker") or shutil.which("podman")
    if tool is None:
        raise StudyError("replay: neither docker nor podman is on PATH. Name another such tool in CONTAINER.")
    user = ["--user", f"{os.getuid()}:{os.getgid()}"]
    if os.getuid() and Path(tool).name == "podman":
        user.append("--userns=keep-id")  # else the user is another one inside, who may not write
    return [tool, "run", "--rm", *user, "--workdir=/study", f"--volume={study}:/study", f"--volume={out}:/out", image]


def build(study: Path) -> Path:
    """Build the environment of a clone from its own lock and its own wheels; return its Python."""
    print("building a fresh environment from the lock of that commit ...", flush=True)
    base, venv = getattr(sys, "_base_executable", sys.executable), study / ".venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    torch = builds.options((study / files.LOCK).read_text(encoding="utf-8"))
    if uv := lock.find_uv():
        call(study, uv, "venv", "--no-project", "--python", base, venv)
        call(study, uv, "pip", "sync", "--python", python, *torch, "--require-hashes", files.LOCK)
    else:
        call(study, base, "-m", "venv", venv)
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--target=", "--prefix", venv]
        call(study, *pip, "--root", "/", *builds.for_pip(torch), "--require-hashes", "--requirement", files.LOCK)
    return python
