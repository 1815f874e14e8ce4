"""
What a run can depend on: of study/ and of the lock, what the code that it imports names.

A plot that no model knows, a package for a notebook, a comment: none of them makes a result another one, or costs a
kept fit. In doubt all counts: where code computes the name of what it imports, every file and package does.
"""

import ast
import contextlib
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness import files

JUDGE = "ml-science-harness"
ROOTS = ("study/__init__.py", "study/data.py", "study/models.py", "study/metrics.py", files.PLAN)
# By these, code reaches what it does not name, or reads itself.
COMPUTED = re.compile(
    r"(?<!\w)(importlib|pkgutil|runpy|zipimport|__import__|builtins|pickle|cloudpickle|dill|joblib|marshal|subprocess"
    r"|__doc__|getdoc|getsource|inspect|(?<!\.)(eval|exec)\(|sys\.(path|modules))"
)
LISTED = re.compile(r"(?<!\w)(glob|rglob|iglob|iterdir|listdir|scandir|walk)(?!\w)")
# Whose import does nothing by itself, or was done by the judge before. What is experimental is switched on by it.
QUIET = {*sys.stdlib_module_names, "harness", "numpy", "pandas", "pandera", "scipy", "sklearn"} - {"__future__"}
NOT_OF_FITS = re.compile("dev|doc|example|notebook|jupyter|lint|typing|mypy")  # extras that name no part of a package


class Code:
    """A module, parsed; of what it says, `text` leaves out comments, layout, docstrings and unused imports."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        nodes = list(ast.walk(self.tree))
        for node in nodes:
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0] if node.body else None
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    node.body[:1] = [] if node.body[1:] or isinstance(node, ast.Module) else [ast.Pass()]
        nodes = list(ast.walk(self.tree))
        strings = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        self.used = {node.id for node in nodes if isinstance(node, ast.Name)} | {*re.findall(r"\w+", " ".join(strings))}
        # What other modules of the study may take from one.
        self.foreign = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and (node.level or str(node.module).startswith("study")):
                self.foreign |= {alias.name for alias in node.names}

    def text(self, foreign: set[str]) -> str:
        """Return the module as a run has it; ``foreign`` are the names that the study's modules take from others."""
        body = []
        for node in self.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                where = node.module or "" if isinstance(node, ast.ImportFrom) else ""
                kept = [name for name in node.names if self.counts(name, where, foreign)]
                quiet = not getattr(node, "level", 0) and "experimental" not in where
                if quiet and not kept:
                    continue
                node = ast.Import(kept) if isinstance(node, ast.Import) else node
                if quiet and isinstance(node, ast.ImportFrom):
                    node = ast.ImportFrom(node.module, kept, 0)
            body.append(node)
        return ast.unparse(ast.Module(body, []))

    def counts(self, name: ast.alias, where: str, foreign: set[str]) -> bool:
        """Return whether an import is used, or may do something by itself."""
        bound = name.asname or name.name.partition(".")[0]
        return bound in self.used | foreign | {"*"} or (where or name.name).partition(".")[0] not in QUIET


def parsed(source: str | bytes) -> Code | None:
    """Parse a module; None of a draft, which nothing can import."""
    try:
        return Code(source if isinstance(source, str) else source.decode("utf-8"))
    except (SyntaxError, ValueError):
        return None


def study(root: Path, there: dict[str, bytes] | None = None) -> dict[str, str | bytes]:
    """
    Return what each file of study/ says that a run can read: code as `Code.text`, other files as they are.

    ``there`` is content by name of what lay in study/ at another time.
    """
    if there is None:
        there = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted({*files.study_files(root)})}
    code = {name: module for name, said in there.items() if name.endswith(".py") and (module := parsed(said))}
    foreign = {name for module in code.values() for name in module.foreign}
    says: dict[str, str | bytes] = there | {name: module.text(foreign) for name, module in code.items()}
    read = {name: said for name, said in says.items() if name in ROOTS}
    while True:
        text = "\n".join(as_text(name, said) for name, said in read.items())
        if COMPUTED.search(text):
            return dict(there)
        more = {name: said for name, said in says.items() if name not in read and is_named(Path(name), text)}
        if not more:
            return {name: read[name] for name in there if name in read}
        read |= more


def as_text(name: str, said: str | bytes) -> str:
    """Return what a file says, of a plan without its comments."""
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    if name == files.PLAN:
        with contextlib.suppress(tomllib.TOMLDecodeError):  # which is refused elsewhere
            return str(tomllib.loads(text))
    return text


def is_named(path: Path, text: str) -> bool:
    """Return whether code names a file: by its name, its folder, or its suffix where the rest is computed."""
    _, *folders = path.parent.parts
    if path.suffix == ".py":
        names = folders[-1:] if path.stem == "__init__" else [path.stem]
    else:
        names = [path.stem, path.name, *folders]
        if LISTED.search(text):
            return True
    ends = rf"(?:(?<![\w-])|%\w){re.escape(path.suffix)}(?!\w)" if path.suffix else r"(?!)"
    return any(word(name).search(text) for name in names) or bool(re.search(ends, text))


def word(name: str) -> re.Pattern[str]:
    """Return a pattern that finds a name as a word."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def entries(lock: str) -> dict[str, list[str]]:
    """Return for each package of a lock its lines with versions and hashes, without the remarks."""
    kept = re.sub(r"^\s*#.*\n?", "", lock, flags=re.M)
    found: dict[str, list[str]] = {}
    for entry in re.findall(r"^[a-zA-Z].*\n?(?:^ .*\n?)*", kept, re.M):
        found.setdefault(canonicalize_name(re.match(r"[\w.-]+", entry)[0]), []).append(entry)  # type: ignore[index]
    return found


def requires(names: Iterable[str]) -> set[str]:
    """Return what installed packages need, and what they take where it is there, which is in their extras."""
    found: set[str] = set()
    for name in names:
        with contextlib.suppress(metadata.PackageNotFoundError):  # of a lock for every platform, not for this
            for line in metadata.requires(name) or []:
                extra = re.search(r"extra\s*==\s*[\"']([^\"']+)", line)
                if not extra or (name != JUDGE and not NOT_OF_FITS.search(extra[1])):
                    found.add(canonicalize_name(Requirement(line).name))
    return found


def modules(name: str) -> set[str]:
    """Return the names by which a package is imported."""
    listed: Iterable[metadata.PackagePath] = ()
    with contextlib.suppress(metadata.PackageNotFoundError):
        listed = metadata.files(name) or []
    tops = {file.parts[0].partition(".")[0] for file in listed if file.suffix in (".py", ".so", ".pyd")}
    return tops | {name.replace("-", "_")}


def pins(root: Path, lock: str | None = None) -> list[list[str]]:
    """Return of the lock (or of its text) what a fit can import: by the judge, the study, or what these import."""
    locked = entries((root / files.LOCK).read_text(encoding="utf-8") if lock is None else lock)
    text = "\n".join(as_text(name, said) for name, said in study(root).items() if name.endswith(".py"))
    known: set[str] = {*locked} if COMPUTED.search(text) else set()

    def add(fresh: set[str]) -> None:
        while fresh:
            known.update(fresh)
            fresh = (requires(fresh) & locked.keys()) - known

    add({JUDGE})
    add({name for name in locked.keys() - known if any(word(top).search(text) for top in modules(name))})
    return [locked[name] for name in sorted(locked) if name in known]
