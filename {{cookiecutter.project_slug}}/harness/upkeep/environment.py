"""Build .venv from a hashed lock: with uv when it is on PATH, else with pip. Standard library only.

`.venv/installed-lock` holds the sha256 of the lock and is written last: an environment without it is not whole.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

BUILT, FAILED, UNREACHABLE = 0, 1, 69  # 69 is EX_UNAVAILABLE
# What pip and uv say. Both try again before they give up, so a fault of the lock outweighs a hitch of the network.
FAULTS = ("do not match the hashes", "Hash mismatch", "Failed to build", "subprocess-exited-with-error")
NO_NETWORK = (
    "error sending request",  # uv
    "client error (Connect)",
    "dns error",
    "operation timed out",
    "Failed to establish a new connection",  # pip
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
)


class CommandFailed(Exception):
    """A command ended with an error; the text is all that it said."""


def call(*argv):
    """Run a command, show what it says while it says it, and keep it for the diagnosis."""
    argv = [str(part) for part in argv]
    said = []
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    ) as process:
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                said.append(line)
        except KeyboardInterrupt:
            process.kill()
            raise
    if process.returncode:
        raise CommandFailed("".join(said))


def inside(venv):
    """Return the Python of an environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(venv, lock, uv, fresh, python):
    """Make an environment hold what the lock says, and nothing else."""
    if uv:
        if fresh:
            call(uv, "venv", "--no-project", "--python", python, venv)
        call(uv, "pip", "sync", "--python", inside(venv), "--require-hashes", "--compile-bytecode", lock)
        return
    if fresh:
        call(python, "-m", "venv", venv)
    # pip first: it changes nothing before all is downloaded. pip-sync then takes away what the lock does not have.
    call(inside(venv), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    if not fresh:
        call(inside(venv), "-m", "piptools", "sync", lock)


def remove(venv):
    """Remove an environment, or the link to one that others use."""
    if venv.is_symlink():
        venv.unlink()
    else:
        shutil.rmtree(venv, ignore_errors=True)


def diagnose(said):
    """Tell a registry that cannot be reached from a build that fails."""
    if any(phrase in said for phrase in NO_NETWORK) and not any(phrase in said for phrase in FAULTS):
        print("The package registry could not be reached: try again when there is a network.", file=sys.stderr)
        return UNREACHABLE
    print("The environment could not be built; the reason is above.", file=sys.stderr)
    return FAILED


def build(venv, lock, python=None):
    """Bring an environment in step with a lock; return BUILT, FAILED or UNREACHABLE."""
    venv, lock = Path(venv), Path(lock)
    if not lock.is_file():
        print(f"There is no {lock}: run this in the project's folder.", file=sys.stderr)
        return FAILED
    # By default the Python below this one: this one may belong to the environment that is built anew.
    python = python or getattr(sys, "_base_executable", sys.executable)
    marker, wanted, uv = venv / "installed-lock", hashlib.sha256(lock.read_bytes()).hexdigest(), shutil.which("uv")
    # The link to a Python that is gone does not "exist".
    before = marker.read_text() if marker.is_file() and inside(venv).exists() else None
    if before == wanted:
        print(f"{venv} is in step with {lock}.")
        return BUILT
    can_sync = uv or any(venv.glob("[Ll]ib/**/site-packages/piptools"))
    fresh = before is None or venv.is_symlink() or not can_sync
    try:
        if fresh:
            print(f"Building {venv} with {'uv' if uv else 'pip'}: some minutes the first time.", flush=True)
            remove(venv)
        marker.unlink(missing_ok=True)
        install(venv, lock, uv, fresh, python)
    except CommandFailed as error:
        if fresh:
            remove(venv)
        else:  # the installers fail before they change anything
            marker.write_text(before)
        return diagnose(str(error))
    except KeyboardInterrupt:
        remove(venv)
        print(f"\nInterrupted: {venv} is not built. Run it again.", file=sys.stderr)
        return 130
    marker.write_text(wanted)
    return BUILT


def main():
    """Read the command line."""
    if sys.version_info < (3, 11):  # noqa: UP036 (any Python may be asked to run this)
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]} ({sys.executable}).")
    parser = argparse.ArgumentParser(prog="python3 -m harness.upkeep.environment", description=__doc__)
    parser.add_argument("--lock", default="requirements/dev.txt", help="default: %(default)s")
    parser.add_argument("--venv", default=".venv", help="default: %(default)s")
    options = parser.parse_args()
    return build(options.venv, options.lock)


if __name__ == "__main__":
    sys.exit(main())
