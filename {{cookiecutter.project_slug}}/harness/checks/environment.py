"""Checks of the environment: it is the one that is locked, and the lock holds all that the study imports."""

import ast
import functools
import json
import re
import sys
from importlib import metadata

from packaging.utils import canonicalize_name

from ..provenance import circumstances
from ..provenance.circumstances import requirements
from ..upkeep import lock
from .registry import check


@check("E1", "lock-in-step", before_run=True)
def lock_in_step(root):
    """The locks were made from the present requirements/*.in, and nobody edited them."""
    locks = [root / "requirements" / f"{name}.txt" for name in lock.LOCKS]
    locks = [path for path in locks if path.with_suffix(".in").exists()]
    return (f"{line.replace(f'{root}/', '')}: make lock setup" for line in lock.problems(locks))


@check("E2", "installed-as-locked", before_run=True)
def installed_as_locked(root):
    """Each package of requirements/harness.txt is installed in the version that is locked."""
    return circumstances.unlike_lock(root)


def sources(root):
    """Yield path and Python text of the study's modules, and of its notebooks' code."""
    for path in sorted((root / "study").rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        yield path, "\n".join("" if line.startswith(("%", "!")) else line for line in code.splitlines())


def imports(text, name="<string>"):
    r"""
    List line and top-level module of every absolute import.

    Examples
    --------
    >>> imports("import numpy.linalg as la\nfrom . import data\nfrom sklearn.svm import SVC")
    [(1, 'numpy'), (3, 'sklearn')]
    """
    found = []
    for node in ast.walk(ast.parse(text, name)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
        found += [(node.lineno, name.partition(".")[0]) for name in names]
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
    """Whatever study/ and notebooks/ import is named in requirements/study.in, so that the lock pins it."""
    declared = set(requirements(root / "requirements" / "study.in"))
    tools = set(requirements(root / "requirements" / "dev.in"))
    for path, text in sources(root):
        allowed = declared | tools if path.name.startswith("test_") else declared
        fine = sys.stdlib_module_names | {"study"}.union(*map(modules, allowed))
        where = path.relative_to(root).as_posix()
        for line, module in imports(text, where):
            if module in fine:
                continue
            names = {canonicalize_name(name) for name in metadata.packages_distributions().get(module, [module])}
            if not names & allowed:
                add = (
                    f"is not declared: add {' or '.join(sorted(names))} to requirements/study.in, then make lock setup"
                )
                yield f"{where}:{line}: {module} {'reads the study, never the reverse' if module == 'harness' else add}"
