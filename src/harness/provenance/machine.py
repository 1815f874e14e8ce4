"""What a run depends on and who starts it: command, code, data, environment and machine, as they are now."""

import functools
import os
import platform
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from threadpoolctl import threadpool_info

from harness import files, reads
from harness.exceptions import StudyError
from harness.provenance import rawdata

POOL = ["internal_api", "version", "architecture", "num_threads"]
# Of the environment's variables these and no others are recorded: the rest may hold secrets.
VARIABLES = ["PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TZ", "LANG", "LC_ALL"]
PATCH = "uncommitted.patch"
PACKAGE = Path(__file__).parents[1]  # the judge


def describe(root: Path) -> dict[str, Any]:
    """Return what a record begins with; `schema.Start` explains each key."""
    changed = files.git(root, "diff", "--name-only", "--relative", "-z", "HEAD") or ""
    new = files.git(root, "ls-files", "--others", "--exclude-standard", "-z") or ""
    return whoever() | {
        "git": git_state(root),
        "commit": files.git(root, "rev-parse", "HEAD"),
        "branch": files.git(root, "symbolic-ref", "--short", "HEAD"),
        "committed": files.is_committed(root),
        "uncommitted": sorted({*changed.split("\0"), *new.split("\0")} - {""}),
        "sources": sources(root),
        "plan_sha256": files.file_hash(root / files.PLAN),
        "data_sha256": files.file_hash(root / "data" / "MANIFEST.sha256"),
        "lock_sha256": files.file_hash(root / files.LOCK),
        "packages": dict(sorted(installed_packages().items())),
        "unlike_lock": list(unlike_lock(root)),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "accelerators": accelerators(),
        "thread_pools": [{key: pool.get(key) for key in POOL} for pool in threadpool_info()],
        "variables": {name: os.environ[name] for name in VARIABLES if name in os.environ},
    }


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
    """Write a patch of changed files and of new ones in study/ into a run's folder; return its hash, or None."""
    if files.git(root, "rev-parse", "HEAD") is None:
        return None
    new = (files.git(root, "ls-files", "--others", "--exclude-standard", "-z", "study") or "").split("\0")
    patch = b""
    for what in (["--relative", "HEAD"], *(["--no-index", "/dev/null", name] for name in new if name)):
        done = subprocess.run(["git", "diff", "--binary", *what], cwd=root, capture_output=True)
        if done.returncode > 1:  # 1: they differ
            raise StudyError(f"run: git cannot tell what is not committed: {done.stderr.decode()}")
        patch += done.stdout
    if not patch:
        return None
    (folder / PATCH).write_bytes(patch)
    return files.file_hash(folder / PATCH)


def sources(root: Path) -> dict[str, str]:
    """Hash everything that a run can read: plan, study, data (many files of one kind as a set), lock, the harness."""
    named = [*reads.study(root), files.PLAN, "data/MANIFEST.sha256", files.LOCK]
    hashes = {name: files.file_hash(root / name) for name in named}
    hashes |= {f"data/{name}": digest for name, digest in rawdata.folded(rawdata.hashes(root / "data")).items()}
    return hashes | {"harness": judge()}


@functools.cache
def judge() -> str:
    """Hash of the harness: of all its files as one."""
    paths = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return files.parts_hash(*(path.read_bytes() for path in paths))


@functools.cache
def installed_packages() -> dict[str, str]:
    """Return the version of each installed package, by canonical name; of two, of the one that is imported."""
    heads = [
        package.read_text("METADATA") or package.read_text("PKG-INFO") or "" for package in metadata.distributions()
    ]
    named = (dict(re.findall(r"^(Name|Version): (.+)$", head.partition("\n\n")[0], re.M)) for head in reversed(heads))
    return {canonicalize_name(facts["Name"]): facts["Version"] for facts in named if facts}


def unlike_lock(root: Path) -> Iterator[str]:
    """Yield a message for each package that is not installed in the version of the lock; 2.0+cpu is 2.0 (PEP 440)."""
    installed = installed_packages()
    for line in re.findall(r"^\w.*?(?=\s*\\?$)", (root / files.LOCK).read_text(encoding="utf-8"), re.M):
        pin = Requirement(line)
        version = installed.get(canonicalize_name(pin.name))
        if (pin.marker is None or pin.marker.evaluate()) and not (version and pin.specifier.contains(version, True)):
            yield f"{pin.name} {version or 'is missing'}; harness.txt locks {pin.specifier}: make setup"


def processor() -> str:
    """Return the name of the processor, as well as the system tells it."""
    table = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*:\s*(.+)$", table.read_text(), re.M) if table.is_file() else None
    return named[1] if named else platform.processor() or platform.machine()


def accelerators() -> list[str]:
    """Return the names of NVIDIA's accelerators, by its own tool; [] where there is none."""
    if (tool := shutil.which("nvidia-smi")) is None:
        return []
    ask = [tool, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, timeout=20).stdout.splitlines()
    except subprocess.TimeoutExpired:
        return ["nvidia-smi does not answer"]
