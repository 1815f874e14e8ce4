"""Lock the packages, by uv: requirements/*.in say what is wanted, requirements/*.txt exactly what is installed."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import builds, files, sizes
from harness.exceptions import StudyError

# name.in -> name.txt, and the lock whose versions it shares
LOCKS = {"harness": None, "dev": "harness", "tracking": "harness"}
HEADER = "# Made by `make lock`: change the .in files, never this one.\n"
BODY = "this file"
# 3.11 is the oldest Python that the locks have to serve; no address of an index may get into them.
COMPILE = "pip compile --universal --python-version 3.11 --no-header"
COMPILE += " --no-emit-index-url --no-emit-find-links"


def digest(text: str) -> str:
    """Hash what counts in a file: not its comments, empty lines or line ends."""
    lines = [f" {line}".split(" #")[0].strip() for line in text.splitlines()]
    return "sha256:" + files.text_hash("\n".join(filter(None, lines)))


def options(text: str, name: str) -> list[str]:
    """List the values of an option, such as ``-r``, in the text of a .in file."""
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    return [line[1] for line in lines if line[:1] == [name] and len(line) == 2]


def read(folder: Path, name: str) -> dict[str, str]:
    """Read a .in file and those that it includes, by their path from a folder."""
    path = folder / name
    if not path.is_file():
        raise StudyError(f"{path}: it is missing, though a lock follows it. Bring it back, for example from git.")
    inputs = {name: path.read_text(encoding="utf-8")}
    for included in options(inputs[name], "-r"):
        inputs |= read(folder, (Path(name).parent / included).as_posix())
    return inputs


def head(lock: Path, body: str) -> list[tuple[str, str]]:
    """Return the name and the line of all that decides what a lock says, and of what it says."""
    sources = read(lock.parent, f"{lock.stem}.in")
    shared = lock.with_name(f"{LOCKS[lock.stem]}.txt")
    if shared.exists():
        sources[shared.name] = shared.read_text(encoding="utf-8")
    return [(name, f"# {name} {digest(text)}\n") for name, text in (sources | {BODY: body}).items()]


def problems(locks: list[Path]) -> Iterator[str]:
    """Yield a message for each input that a lock is not in step with."""
    for lock in locks:
        text = lock.read_text(encoding="utf-8") if lock.exists() else ""
        for source, line in head(lock, text):
            if line not in text:
                follows = f"does not follow {lock.with_name(source)}: that was edited, or the head of {lock.name}"
                yield f"{lock} {'was edited by hand' if source == BODY else follows}"


def find_uv() -> str | None:
    """Return the path of uv: beside this Python, in .venv or on PATH."""
    near = [Path(sys.executable).parent, Path(".venv/bin").absolute(), Path(".venv/Scripts").absolute()]
    return shutil.which("uv", path=os.pathsep.join(map(str, [*near, os.environ.get("PATH", "")])))


def compile_locks(locks: list[Path], more: list[str]) -> str:
    """Make the locks in a copy of their folder; move them back when all went well. Say what is new, and its size."""
    if (uv := find_uv()) is None:
        raise StudyError("lock: uv is neither in .venv nor on PATH. Run `make setup`, or `python3 -m pip install uv`.")
    folder = locks[0].parent.resolve()
    old = {lock: files.read_text(lock) for lock in locks}
    # Beside the folder, since .in files name others by their path from there.
    with (
        tempfile.TemporaryDirectory(prefix=".lock-", dir=folder.parent) as temporary,
        tempfile.TemporaryDirectory() as at,
    ):
        copy = Path(shutil.copytree(folder, temporary, dirs_exist_ok=True))
        torch = builds.options(old[locks[0]], Path(at))
        command = [uv, *COMPILE.split(), "--python", sys.executable, *torch]
        wheels: dict[str, None] = {}  # in order
        for lock in (copy / lock.name for lock in locks):
            shared = copy / f"{LOCKS[lock.stem]}.txt"
            constraint = ["--constraint", shared.name] if shared.exists() else []
            argv = [*command, "--generate-hashes", f"{lock.stem}.in", "--output-file", lock.name]
            if subprocess.run([*argv, *constraint, *more], cwd=copy, stdout=subprocess.DEVNULL).returncode:
                raise StudyError(
                    f"lock: {lock.stem}.in could not be locked, see above. No file was changed.{hint(torch)}"
                )
            inputs = read(copy, f"{lock.stem}.in").items()
            places = [Path(name).parent / place for name, text in inputs for place in options(text, "--find-links")]
            lines = dict.fromkeys(f"--find-links {place.as_posix()}\n" for place in places)
            wheels |= lines
            body = "".join(lines) + lock.read_text(encoding="utf-8")
            files.write_text(lock, HEADER + "".join(line for _, line in head(lock, body)) + body)
        texts = {lock: (copy / lock.name).read_text(encoding="utf-8") for lock in locks}
        new = sizes.new(old.values(), texts.values())
        weighed = sizes.asked([*command, *"".join(wheels).split()], new, copy) if new else {}
        with files.all_or_nothing():
            for lock, text in texts.items():
                files.write_text(lock, text)
    return sizes.sentence(new, weighed) + builds.advice(new)


def hint(torch: list[str]) -> str:
    """Say of a build of PyTorch that was not asked for, but kept, how to name another place."""
    kept = torch and "TORCH" not in os.environ
    return (
        f" The lock has the build {torch[1]} of PyTorch: make lock TORCH=... names another, or a place." if kept else ""
    )


def present(folder: Path) -> list[Path]:
    """List the locks that a folder is to hold; StudyError if it holds none of the files that they are made of."""
    locks = [folder / f"{name}.txt" for name in LOCKS if (folder / f"{name}.in").exists()]
    if not locks:
        raise StudyError(f"lock: {folder} holds neither {' nor '.join(f'{name}.in' for name in LOCKS)}.")
    return locks
