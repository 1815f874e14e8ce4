"""Checks of the environment: it is the one that is locked, and the lock holds all that the study imports."""

import ast
import functools
import importlib.util
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from .. import StudyError
from ..provenance import circumstances
from ..provenance.circumstances import requirements
from ..publish.metadata import PYPROJECT, project
from ..upkeep import lock
from . import commands, sources
from .registry import NotExercised, check

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
    return circumstances.unlike_lock(root)


def imports(tree):
    r"""
    List line and module of every absolute import.

    Examples
    --------
    >>> imports(ast.parse("import numpy.linalg as la\nfrom . import data\nfrom sklearn.svm import SVC"))
    [(1, 'numpy.linalg'), (3, 'sklearn.svm')]
    """
    found = []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        found += [(node.lineno, name) for name in names]
    return sorted(found)


@functools.cache
def modules(name):
    """Name the top-level modules that a package brings, as far as it lists its files; none if it is not installed."""
    try:
        listed = metadata.distribution(name).read_text("RECORD") or ""
    except metadata.PackageNotFoundError:
        return set()
    return {re.split("[/.,]", line, maxsplit=1)[0] for line in listed.splitlines()}


@check("E3", "imports-declared", before_run=True)
def imports_declared(root):
    """
    Whatever study/ and notebooks/ import is named in requirements/study.in, so that the lock pins it.

    Detected: the imports of every module and code cell are read, and looked up among the names of study.in.
    Why: a package that is installed only by chance is missing, or another one, where the study is repeated.
    Do: add it to requirements/study.in, then make lock setup. The harness reads the study, never the reverse.
    """
    declared = set(requirements(root / "requirements" / "study.in"))
    tools = set(requirements(root / "requirements" / "dev.in"))
    for piece in [*sources.modules(root), *sources.cells(root)]:
        if piece.error:
            yield piece.at(getattr(piece.error, "lineno", None), getattr(piece.error, "msg", str(piece.error)))
            continue
        allowed = declared | tools if Path(piece.file).name.startswith("test_") else declared
        fine = sys.stdlib_module_names | {"study"}.union(*map(modules, allowed))
        for line, name in imports(piece.tree):
            module = name.partition(".")[0]
            if module == "harness":
                yield piece.at(line, "harness reads the study, never the reverse")
            elif module not in fine:
                names = {canonicalize_name(one) for one in metadata.packages_distributions().get(module, [module])}
                if not names & allowed:
                    add = f"add {' or '.join(sorted(names))} to requirements/study.in, then make lock setup"
                    yield piece.at(line, f"{module} is not declared: {add}")


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


def source(module):
    """Return the file of a module of an installed package, which is not imported for that; None if there is none."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return Path(spec.origin) if spec and spec.origin and not rest else None
    for folder in spec.submodule_search_locations:
        place = Path(folder, *rest)
        for path in (place / "__init__.py", place.with_suffix(".py") if rest else place / "__init__.py"):
            if path.is_file():
                return path
        if rest and (place.is_dir() or list(place.parent.glob(f"{place.name}.*"))):
            return place
    return None


def has(module, name):
    """Whether an installed module offers a name; True if that cannot be told without importing it."""
    path = source(module)
    text = path.read_text(encoding="utf-8", errors="replace") if path and path.suffix == ".py" else None
    if text and re.search(rf"\b{name}\b", text) or source(f"{module}.{name}"):
        return True  # also what it offers once something else was imported, as scikit-learn does
    if module in sys.modules:
        try:
            return hasattr(sys.modules[module], name)
        except Exception:  # of a package that says so in its own words
            return False
    return text is None or bool(re.search(r"import \*|def __getattr__|\bglobals\(\)|\blazy", text))


@check("E7", "imports-exist")
def imports_exist(root):
    """
    What study/ and notebooks/ import from a package is there in the version that is locked.

    Detected: each imported name is looked up in the installed package, without importing more than is already.
    Why: code that was written for another version stops at its first line, mostly years later, with nobody to ask.
    Do: use what took its place (the package's change log says what); then run the notebook from top to bottom.
    """
    for piece in sources.readable([*sources.modules(root), *sources.cells(root)]):
        nodes = list(ast.walk(piece.tree))
        tried = {id(one) for node in nodes if isinstance(node, (ast.Try, ast.If)) for one in ast.walk(node)}
        for node in nodes:
            if not isinstance(node, ast.ImportFrom) or node.level or id(node) in tried:
                continue
            top = node.module.partition(".")[0]
            if top in ("study", "harness", "__future__") or source(top) is None and top not in sys.modules:
                continue
            if node.module not in sys.modules and source(node.module) is None:
                yield piece.at(node.lineno, f"{node.module} is not there in the {top} that is installed: replace it")
                continue
            for alias in node.names:
                if alias.name != "*" and not has(node.module, alias.name):
                    say = f"{node.module} has no {alias.name} in the {top} that is installed: use what replaced it"
                    yield piece.at(node.lineno, say)
