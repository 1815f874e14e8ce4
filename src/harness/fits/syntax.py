"""The syntax of study/: what a model function can come to, and what modules do when they are imported."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from harness import reads

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def names_of(statement: ast.stmt) -> set[str]:
    """
    Return the names that a statement of a module gives, and nothing else; none if it does something at import.

    A decorator is called at import, and what has no name but ``_`` is there for what it does.
    """
    if isinstance(statement, DEFINITIONS):
        return set() if statement.decorator_list else {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if isinstance(statement, ast.Assign | ast.AnnAssign) and all(isinstance(one, ast.Name) for one in targets):
        return {one.id for one in targets if isinstance(one, ast.Name)} - {"_"}
    return set()


def used(statement: ast.stmt) -> Iterator[str]:
    """Yield every name in a statement."""
    for node in ast.walk(statement):
        for field in ("id", "attr", "name", "module"):
            yield from str(getattr(node, field, None)).split(".")


@functools.cache
def reached(root: Path, function: str) -> str:
    """
    Return, as text, what study/ does at import, and all that a function can come to by the names in it.

    It may set what a library does (``set_config``, a method that is replaced), which no parameter of a model shows.
    """
    modules = [reads.parsed(text) for name, text in reads.study(root).items() if name.endswith(".py")]
    statements = [one for module in modules if module for one in module.tree.body]
    said = [one for one in statements if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)]
    named = [(names_of(one), one) for one in statements if one not in said]
    known, todo = {""}, {function}
    found = [one for names, one in named if not names]
    todo |= {name for one in found for name in used(one)}
    while new := todo - known:
        known |= new
        more = [one for names, one in named if names & new]
        found += more
        todo = {name for one in more for name in used(one)}
    return "\n".join(ast.dump(one) for one in statements if one in found)  # in order: the later of two settings holds
