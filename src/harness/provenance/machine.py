"""The circumstances of a run: who, code, data, environment and machine, as they are now."""

import os
import platform
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from threadpoolctl import threadpool_info

from harness import files
from harness.method import cache
from harness.provenance import rawdata

POOL = ["internal_api", "version", "architecture", "num_threads"]
# Of the environment's variables these and no others are recorded: the rest may hold secrets.
VARIABLES = ["PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TZ", "LANG", "LC_ALL"]
PATCH = "uncommitted.patch"
PACKAGE = Path(__file__).parents[1]  # the judge


def circumstances(root: Path) -> dict[str, Any]:
    """Describe what a run depends on and who starts it where; `schema.Start` explains each key."""
    return whoever() | code(root) | environment(root) | machine() | {"sources": sources(root)}


def whoever() -> dict[str, Any]:
    """Return who gave which command, and where."""
    argv = ["python", "-m", "harness", *sys.argv[1:]]
    return {
        "argv": argv,
        "command": shlex.join(argv),
        "cwd": str(Path.cwd()),
        "user": files.user(),
        "name": files.git(Path.cwd(), "config", "user.name") or "unknown",
        "host": socket.gethostname(),
    }


def code(root: Path) -> dict[str, Any]:
    """Return which commit lies here, and what was not committed."""
    changed = files.git(root, "diff", "--name-only", "--relative", "-z", "HEAD") or ""
    new = files.git(root, "ls-files", "--others", "--exclude-standard", "-z") or ""
    return {
        "git": git_state(root),
        "commit": files.git(root, "rev-parse", "HEAD"),
        "branch": files.git(root, "symbolic-ref", "--short", "HEAD"),
        "committed": files.is_committed(root),
        "uncommitted": sorted({*changed.split("\0"), *new.split("\0")} - {""}),
        "plan_sha256": files.file_hash(root / files.PLAN),
    }


def git_state(root: Path) -> str:
    """Say whether there is a commit at all."""
    if shutil.which("git") is None:
        return "git is not installed"
    if files.git(root, "rev-parse", "--git-dir") is None:
        return "there is no git repository here"
    if files.git(root, "rev-parse", "HEAD") is None:
        return "there is no commit yet"
    return "on a branch" if files.git(root, "symbolic-ref", "--short", "HEAD") else "detached head"


def write_patch(root: Path, folder: Path) -> str | None:
    """
    Write into a run's folder what the last commit does not hold: changed files, and new ones in study/.

    A copy of the index is used, and objects are kept apart, so that the repository stays as it is. Return the hash of
    the patch, or None if there is nothing.
    """
    top, objects = (files.git(root, "rev-parse", *ask) for ask in (["--show-toplevel"], ["--git-path", "objects"]))
    if top is None or objects is None or files.git(root, "rev-parse", "HEAD") is None:
        return None
    with tempfile.TemporaryDirectory(prefix="patch-") as place:
        variables = os.environ | {
            "GIT_INDEX_FILE": f"{place}/index",
            "GIT_OBJECT_DIRECTORY": f"{place}/objects",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(Path(root, objects).resolve()),
        }
        Path(place, "objects").mkdir()
        diff = ["diff", "--cached", "--binary", "--relative", "HEAD"]
        for command in (["read-tree", "HEAD"], ["add", "--update", top], ["add", "--", "study"], diff):
            done = subprocess.run(["git", *command], cwd=root, env=variables, check=True, capture_output=True)
    if not done.stdout:
        return None
    (folder / PATCH).write_bytes(done.stdout)
    return files.file_hash(folder / PATCH)


def sources(root: Path) -> dict[str, str]:
    """Hash everything that a run reads: plan, study, data, lock, and the harness as one."""
    named = [*sorted(files.study_files(root)), root / files.PLAN, root / "data/MANIFEST.sha256", root / files.LOCK]
    found = {path.relative_to(root).as_posix(): files.file_hash(path) for path in named}
    found |= {f"data/{name}": digest for name, digest in rawdata.hashes(root / "data").items()}
    judge = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return found | {"harness": cache.digest(*(path.read_bytes() for path in judge))}


def environment(root: Path) -> dict[str, Any]:
    """Tell which packages are installed, and where that is not what is locked."""
    return {
        "data_sha256": files.file_hash(root / "data" / "MANIFEST.sha256"),
        "lock_sha256": files.file_hash(root / files.LOCK),
        "packages": dict(sorted(installed_packages().items())),
        "unlike_lock": list(unlike_lock(root)),
    }


def installed_packages() -> dict[str, str]:
    """Version of each installed package, by canonical name."""
    return {canonicalize_name(one.name): one.version for one in metadata.distributions()}


def requirements(path: Path) -> dict[str, Requirement]:
    """Read the requirements that a file states itself, those for this Python and platform, by name."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    stated = [line.partition("#")[0].partition("--hash")[0].strip() for line in lines]
    found = [Requirement(line) for line in stated if line and not line.startswith("-")]
    return {canonicalize_name(one.name): one for one in found if one.marker is None or one.marker.evaluate()}


def unlike_lock(root: Path) -> Iterator[str]:
    """Yield a sentence for each package that is not installed in the version of the lock."""
    installed = installed_packages()
    for name, pin in requirements(root / files.LOCK).items():
        if f"=={installed.get(name)}" != str(pin.specifier):
            yield f"{name} {installed.get(name, 'is missing')}; harness.txt locks {pin.specifier}: make setup"


def machine() -> dict[str, Any]:
    """Describe Python, operating system, processor, memory, accelerators and the pools of threads of the libraries."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "accelerators": accelerators(),
        "thread_pools": [{key: pool.get(key) for key in POOL} for pool in threadpool_info()],
        "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }


def processor() -> str:
    """Name of the processor, as well as the system tells it."""
    table = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*:\s*(.+)$", table.read_text(), re.M) if table.is_file() else None
    return named[1] if named else platform.processor() or platform.machine()


def accelerators() -> list[str]:
    """Names of NVIDIA's accelerators, by its own tool; [] where there is none."""
    if (tool := shutil.which("nvidia-smi")) is None:
        return []
    ask = [tool, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, timeout=20).stdout.splitlines()
    except subprocess.TimeoutExpired:
        return ["nvidia-smi does not answer"]
