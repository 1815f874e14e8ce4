"""Imports of notebooks: for `make lint`, since deptry skips a notebook with magics and no linter tries an import."""

import ast
import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

# A statement at the beginning of a line, so none that try guards; it goes on over lines by (...) or a backslash.
IMPORT = re.compile(r"^(?:import|from) [^(\n\\#]*(?:\([^)]*\)|(?:\\\n[^\n\\]*)+)?", re.M)
OTHER_LANGUAGE = re.compile(r"\s*%%(?!time|capture|prun)")


def imports(path: str | Path) -> Iterator[tuple[int, ast.Import | ast.ImportFrom]]:
    """Yield number (from 1) of the code cell, and statement, of each import in a notebook of version 4."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for number, source in enumerate(code, start=1):
        for statement in [] if OTHER_LANGUAGE.match(source) else IMPORT.findall(source):
            try:
                nodes = ast.parse(statement).body
            except SyntaxError:
                continue  # which ruff tells
            yield from ((number, node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def problems(path: str | Path, declared: set[str]) -> Iterator[str]:
    """Yield a message for each import of a notebook that fails here, or whose package (normalized) is not declared."""
    packages = metadata.packages_distributions()
    try:
        cells = list(imports(path))
    except (ValueError, KeyError, TypeError):
        yield f"{path}: this is no notebook of version 4. Open it in Jupyter and save it."
        return
    for number, node in cells:
        place = f"{path}: code cell {number}: `{ast.unparse(node)}`"
        try:
            exec(ast.unparse(node), {})
        except Exception as error:  # noqa: BLE001 - a package may raise what it likes
            yield f"{place}: {error}. Use what took its place, or add the package to requirements/study.in."
            continue
        for module in [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""]:
            names = packages.get(module.partition(".")[0], [])
            if names and declared.isdisjoint(map(canonicalize_name, names)):
                yield f"{place}: {names[0]} is not declared. Add it to requirements/study.in, then `make lock setup`."


def main(paths: list[str]) -> int:
    """Print the problems of some notebooks of the study in the working folder; return the exit code."""
    names = re.findall(r"^\w[\w.-]*", Path("requirements", "study.in").read_text(encoding="utf-8"), re.M)
    declared = {"ml-science-harness", *map(canonicalize_name, names)}
    messages = [message for path in paths for message in problems(path, declared)]
    print("\n".join(messages))
    return int(bool(messages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
