"""Lock the packages: requirements/*.in say what is wanted, requirements/*.txt exactly what is installed.

Standard library only; uv does the work.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# name.in -> name.txt, and the lock whose versions it shares
LOCKS = {"harness": None, "dev": "harness", "tracking": "harness"}
HEADER = "# Made by `make lock`: change the .in files, never this one.\n"
BODY = "this file"
# 3.11 is the oldest Python that the locks have to serve; no address of an index may get into them.
COMPILE = "pip compile --universal --python-version 3.11 --generate-hashes --no-header"
COMPILE += " --no-emit-index-url --no-emit-find-links"


def digest(text):
    """Hash what counts in a file: not its comments, empty lines or line ends."""
    lines = [f" {line}".split(" #")[0].strip() for line in text.splitlines()]
    return "sha256:" + hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()


def read(path):
    """Digest a .in file and those that it includes, by name."""
    text = path.read_text(encoding="utf-8")
    found = {path.name: digest(text)}
    for line in text.splitlines():
        if line.startswith("-r "):
            found |= read(path.parent / line[3:].split("#")[0].strip())
    return found


def made_from(lock, text):
    """Digest all that decides what a lock says, and what it says."""
    shared = lock.with_name(f"{LOCKS[lock.stem]}.txt")
    others = {shared.name: digest(shared.read_text(encoding="utf-8"))} if shared.exists() else {}
    return read(lock.with_suffix(".in")) | others | {BODY: digest(text)}


def problems(locks):
    """Say what is out of step, one line for each."""
    for lock in locks:
        text = lock.read_text(encoding="utf-8") if lock.exists() else ""
        for source, value in made_from(lock, text).items():
            if f"# {source} {value}\n" not in text:
                follows = f"does not follow {lock.with_name(source)}: that was edited, or the head of {lock.name}"
                yield f"{lock} {'was edited by hand' if source == BODY else follows}"


def compile_locks(locks, options):
    """Make the locks in a copy of their folder; move them back when all went well."""
    near = [Path(sys.executable).parent, ".venv/bin", ".venv/Scripts", os.environ.get("PATH", "")]
    uv = shutil.which("uv", path=os.pathsep.join(map(str, near)))
    if uv is None:
        sys.exit("lock: uv was found neither in .venv nor on PATH. Run `make setup`, or `python3 -m pip install uv`.")
    uv = str(Path(uv).absolute())
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(shutil.copytree(locks[0].parent, Path(temporary, "requirements")))
        for lock in (copy / lock.name for lock in locks):
            shared = copy / f"{LOCKS[lock.stem]}.txt"
            constraint = ["--constraint", shared.name] if shared.exists() else []
            argv = [uv, *COMPILE.split(), "--python", sys.executable, f"{lock.stem}.in", "--output-file", lock.name]
            if subprocess.run([*argv, *constraint, *options], cwd=copy, stdout=subprocess.DEVNULL).returncode:
                sys.exit(f"lock: {lock.stem}.in could not be locked, see above. No file was changed.")
            body = lock.read_text(encoding="utf-8")
            head = "".join(f"# {source} {value}\n" for source, value in made_from(lock, body).items())
            lock.write_text(HEADER + head + body, encoding="utf-8", newline="\n")
        for lock in locks:
            os.replace(shutil.copy(copy / lock.name, lock.with_suffix(".new")), lock)


def main():
    """Lock again, keeping every version that still fits; or only check."""
    parser = argparse.ArgumentParser(prog="python3 -m harness.upkeep.lock", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the locks are in step (offline)")
    parser.add_argument(
        "--upgrade", nargs="?", const="", metavar="PACKAGE", help="take newer versions (of one, of all)"
    )
    parser.add_argument("--folder", type=Path, default=Path("requirements"), help="default: requirements")
    chosen = parser.parse_args()
    locks = [chosen.folder / f"{name}.txt" for name in LOCKS if (chosen.folder / f"{name}.in").exists()]
    if not locks:
        sys.exit(f"lock: {chosen.folder} holds neither {' nor '.join(f'{name}.in' for name in LOCKS)}.")
    upgrade = {None: [], "": ["--upgrade"]}.get(chosen.upgrade, ["--upgrade-package", chosen.upgrade])
    try:
        if not chosen.check:
            compile_locks(locks, upgrade)
        found = list(problems(locks))
    except OSError as error:
        sys.exit(f"lock: {error}")
    if found:
        sys.exit("\n".join([*found, "Edit the .in files, then run `make lock`."]))
    print(f"{chosen.folder}: the locks are in step with their inputs.")


if __name__ == "__main__":
    main()
