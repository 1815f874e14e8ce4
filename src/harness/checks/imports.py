"""Checks of the imports: each is declared, and is there in the version that is locked."""

import ast
import functools
import importlib.util
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from harness.checks import sources
from harness.checks.registry import check
from harness.provenance.machine import requirements


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
    Do: add it to requirements/study.in, then make lock setup; or take it out. The harness reads the
        study, never the reverse.
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
                    yield piece.at(line, f"{module} is not declared: {add}; or take the import out")


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
