"""Checks of the environment: it is the one that is locked, and the Python that is declared."""

import re
import sys

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from harness import lock
from harness.checks import commands
from harness.checks.registry import NotExercised, check
from harness.exceptions import StudyError
from harness.provenance import machine
from harness.publish.metadata import PYPROJECT, project

PYTHON_IMAGE = re.compile(r"(?:FROM|From:|image:)\s.*\bpython:v?(\d+\.\d+(?:\.\d+)?)", re.I)
PYTHON_ASKED = re.compile(r"""(?:python-version|\bpython)['"]?\s*[:=]+\s*(\[?.*\d+\.\d+.*)""")


@check("E1", "lock-in-step", before_run=True)
def lock_in_step(root):
    """
    The locks were made from the present requirements/*.in, and nobody edited them.

    Detected: each lock holds the digests of what it was made from and of itself; they are compared with the files.
    Why: a lock that says something else than what was asked for pins another environment than you think.
    Do: edit the .in files only, then make lock setup.
    """
    locks = [root / "requirements" / f"{name}.txt" for name in lock.LOCKS]
    locks = [path for path in locks if path.with_suffix(".in").exists()]
    return (f"{line.replace(f'{root}/', '')}: make lock setup" for line in lock.problems(locks))


@check("E2", "installed-as-locked", before_run=True)
def installed_as_locked(root):
    """
    Each package of requirements/harness.txt is installed in the version that is locked.

    Detected: the versions that are installed are compared with those of the lock.
    Why: other versions give other numbers, and nobody can repeat a run of an environment that is written nowhere.
    Do: make setup; for another version, name it in requirements/study.in first and make lock.
    """
    return machine.unlike_lock(root)


def fits(version, wanted):
    """
    Whether a Python is among those that are wanted; of two numbers, whether any of its releases is.

    Examples
    --------
    >>> fits("3.12", SpecifierSet(">=3.12.4")), fits("3.10.2", SpecifierSet(">=3.11"))
    (True, False)
    """
    ends = ("", ".99") if version.count(".") == 1 else ("",)
    return any(wanted.contains(version + end, prereleases=True) for end in ends)


@check("E4", "python-as-declared")
def python_as_declared(root):
    """
    The Python that runs, and those of the images and of continuous integration, are ones that pyproject.toml allows.

    Detected: requires-python is compared with this Python, with FROM and image: python:..., and with python-version.
    Why: packages are locked for the Pythons that are declared; elsewhere others would be installed, or none.
    Do: make setup with a Python that is allowed, or change requires-python (and then: make lock setup).
    """
    try:
        text = project(root)["requires-python"]
        wanted = SpecifierSet(text)
    except (StudyError, OSError):
        raise NotExercised(f"{PYPROJECT} cannot be read: C1 says why") from None
    except InvalidSpecifier:
        yield f"{PYPROJECT}: requires-python: {text!r} is no range of versions: write it as '>=3.11'"
        return
    running = ".".join(map(str, sys.version_info[:3]))
    but = f"requires-python in {PYPROJECT} is {text!r}: make the two agree"
    if not fits(running, wanted):
        yield f"{PYPROJECT}: Python {running} runs here, but {but} (make setup builds the environment anew)"
    named = (*commands.IMAGES, *commands.DEFINITIONS, *commands.CI, ".python-version", "environment*.y*ml")
    for line in commands.given(root, named):
        code = line.text.partition(" #")[0]
        asked = PYTHON_IMAGE.search(code) or PYTHON_ASKED.search(code)
        if line.file == ".python-version":
            asked = re.match("(.*)", code)
        for version in re.findall(r"\d+\.\d+(?:\.\d+)?", asked[1]) if asked else []:
            if not fits(version, wanted):
                yield line.at(f"Python {version}, but {but}")
