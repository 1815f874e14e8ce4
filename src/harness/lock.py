"""Lock the packages, by uv: requirements/*.in say what is wanted, requirements/*.txt exactly what is installed."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.exceptions import StudyError

# name.in -> name.txt, and the lock whose versions it shares
LOCKS = {"harness": None, "dev": "harness", "tracking": "harness"}
HEADER = "# Made by `make lock`: change the .in files, never this one.\n"
BODY = "this file"
# 3.11 is the oldest Python that the locks have to serve; no address of an index may get into them.
COMPILE = "pip compile --universal --python-version 3.11 --generate-hashes --no-header"
COMPILE += " --no-emit-index-url --no-emit-find-links"


def digest(text: str) -> str:
    """Hash what counts in a file: not its comments, empty lines or line ends."""
    lines = [f" {line}".split(" #")[0].strip() for line in text.splitlines()]
    return "sha256:" + hashlib.sha256("\n".join(filter(None, lines)).encode()).hexdigest()


def options(text: str, name: str) -> list[str]:
    """List the values of an option, such as ``-r``, in the text of a .in file."""
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return [line[1] for line in lines if line[:1] == [name] and len(line) == 2]


def read(folder: Path, name: str) -> dict[str, str]:
    """Read a .in file and those that it includes, by their path from a folder."""
    path = folder / name
    if not path.is_file():
        raise StudyError(f"{path}: it is missing, though a lock follows it. Bring it back, for example from git.")
    found = {name: path.read_text(encoding="utf-8")}
    for included in options(found[name], "-r"):
        found |= read(folder, (Path(name).parent / included).as_posix())
    return found


def made_from(lock: Path, text: str) -> dict[str, str]:
    """Digest all that decides what a lock says, and what it says."""
    shared = lock.with_name(f"{LOCKS[lock.stem]}.txt")
    others = {shared.name: digest(shared.read_text(encoding="utf-8"))} if shared.exists() else {}
    inputs = read(lock.parent, f"{lock.stem}.in")
    return {name: digest(one) for name, one in inputs.items()} | others | {BODY: digest(text)}


def problems(locks: list[Path]) -> Iterator[str]:
    """Say what is out of step, one line for each."""
    for lock in locks:
        text = lock.read_text(encoding="utf-8") if lock.exists() else ""
        for source, value in made_from(lock, text).items():
            if f"# {source} {value}\n" not in text:
                follows = f"does not follow {lock.with_name(source)}: that was edited, or the head of {lock.name}"
                yield f"{lock} {'was edited by hand' if source == BODY else follows}"


def compile_locks(locks: list[Path], more: list[str]) -> None:
    """Make the locks in a copy of their folder; move them back when all went well."""
    near = [Path(sys.executable).parent, ".venv/bin", ".venv/Scripts", os.environ.get("PATH", "")]
    uv = shutil.which("uv", path=os.pathsep.join(map(str, near)))
    if uv is None:
        raise StudyError(
            "lock: uv was found neither in .venv nor on PATH. Run `make setup`, or `python3 -m pip install uv`."
        )
    uv = str(Path(uv).absolute())
    folder = locks[0].parent.resolve()
    # Beside the folder, since .in files name others by their path from there.
    with tempfile.TemporaryDirectory(prefix=".lock-", dir=folder.parent) as temporary:
        copy = Path(shutil.copytree(folder, temporary, dirs_exist_ok=True))
        for lock in (copy / lock.name for lock in locks):
            shared = copy / f"{LOCKS[lock.stem]}.txt"
            constraint = ["--constraint", shared.name] if shared.exists() else []
            argv = [uv, *COMPILE.split(), "--python", sys.executable, f"{lock.stem}.in", "--output-file", lock.name]
            if subprocess.run([*argv, *constraint, *more], cwd=copy, stdout=subprocess.DEVNULL).returncode:
                raise StudyError(f"lock: {lock.stem}.in could not be locked, see above. No file was changed.")
            inputs = read(copy, f"{lock.stem}.in").items()
            wheels = [Path(name).parent / one for name, text in inputs for one in options(text, "--find-links")]
            body = "".join(f"--find-links {one.as_posix()}\n" for one in dict.fromkeys(wheels))
            body += lock.read_text(encoding="utf-8")
            head = "".join(f"# {source} {value}\n" for source, value in made_from(lock, body).items())
            lock.write_text(HEADER + head + body, encoding="utf-8", newline="\n")
        for lock in locks:
            os.replace(shutil.copy(copy / lock.name, lock.with_suffix(".new")), lock)


def present(folder: Path) -> list[Path]:
    """List the locks that a folder is to hold; StudyError if it holds none of the files that they are made of."""
    locks = [folder / f"{name}.txt" for name in LOCKS if (folder / f"{name}.in").exists()]
    if not locks:
        raise StudyError(f"lock: {folder} holds neither {' nor '.join(f'{name}.in' for name in LOCKS)}.")
    return locks
