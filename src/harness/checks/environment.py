"""Checks of the environment: it is the one that is locked, and the judge in it is the one that was built."""

import base64
import hashlib
import json
import re
from importlib import metadata

from packaging.utils import canonicalize_name

from harness import files, lock
from harness.checks.engine import check
from harness.provenance import machine

JUDGE = "ml-science-harness"
PINNED = re.compile(r"^([\w.-]+)==", re.M)
INSTALLERS = {"pip", "setuptools", "wheel"}  # they come with Python, or build what others need


def texts(root):
    """Return the texts of all locks of a study."""
    return [path.read_text(encoding="utf-8") for path in sorted((root / "requirements").glob("*.txt"))]


@check("E1", "lock-in-step", before_run=True)
def lock_in_step(subject):
    """
    The locks were made from the present requirements/*.in, nobody edited them, and the wheels are those they name.

    Detected: each lock holds the digests of what it was made from and of itself; they are compared with the files, and
        the files in requirements/wheels with the hashes in the locks.
    Why: a lock that says something else than what was asked for pins another environment than you think.
    Do: edit the .in files only, then make lock setup; take a wheel that was changed from git again.
    """
    folder = subject.root / "requirements"
    made = [path for name in lock.LOCKS if (path := folder / f"{name}.txt").with_suffix(".in").exists()]
    yield from (f"{line.replace(f'{subject.root}/', '')}: make lock setup" for line in lock.problems(made))
    known = "".join(texts(subject.root))
    for path in sorted((folder / "wheels").glob("*.whl")):
        if f"sha256:{files.file_hash(path)}" not in known:
            name = path.relative_to(subject.root).as_posix()
            yield f"{name} is not the file that the locks name. Take it from git again, or make lock."


@check("E2", "installed-as-locked", before_run=True)
def installed_as_locked(subject):
    """
    What is installed is what the locks name, in these versions and nothing else, and the judge is as it was built.

    Detected: the installed versions are compared with requirements/harness.txt, the names with all locks, and the
        files of the judge that runs with the hashes of its wheel.
    Why: other versions give other numbers, and nobody can repeat a run of an environment that is written nowhere.
    Do: make setup; for another package or version, name it in requirements/study.in first and make lock.
    """
    yield from machine.unlike_lock(subject.root)
    known = {canonicalize_name(name) for text in texts(subject.root) for name in PINNED.findall(text)} | INSTALLERS
    judge = metadata.distribution(JUDGE)
    origin = json.loads(judge.read_text("direct_url.json") or "{}").get("url", "")
    known |= {JUDGE} if origin.startswith("file:") else set()  # it is worked on: installed from its folder
    for name, version in machine.installed_packages().items():
        if name not in known:
            remedy = f"name it in requirements/study.in and make lock setup, or: python -m pip uninstall {name}"
            yield f"{name} {version} is installed, and no lock names it: {remedy}"
    yield from edited(judge)


def edited(distribution, package=machine.PACKAGE):
    """Yield a sentence for each file of the judge that runs which is not the one that was built."""
    for file in distribution.files or ():  # none of a judge that is worked on, in the folder where it lies
        if file.hash and file.hash.mode == "sha256" and file.parts[0] == package.name:
            path = package.parent / file
            content = path.read_bytes() if path.is_file() else b""
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            if digest != file.hash.value:
                yield f"{file}, a file of the judge, is not the one that was built: make setup"
