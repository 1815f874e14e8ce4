"""What the study says in Python: its modules, and the code cells of its notebooks."""

import ast
import json
import re
from typing import NamedTuple

from harness.checks.registry import at, remembered

PYTHON_MAGICS = {"time", "timeit", "capture", "prun", "memit", "mprun"}  # the cell below one of these is Python
SHELL = re.compile(r"(?P<indent>\s*)(?P<name>[\w, ]+=\s*)?(?:[!%?]|\S+\?\s*$)")


class Piece(NamedTuple):
    """A module, or one code cell of a notebook."""

    file: str
    cell: int | None  # the first code cell is 1
    text: str
    tree: ast.Module | None  # None if it is no Python
    error: SyntaxError | None

    def at(self, line, says):
        """Make evidence of a sentence about one of its lines."""
        return at(self.file, f"code cell {self.cell}, line {line}: {says}") if self.cell else at(self.file, says, line)

    def strings(self):
        """Yield its strings, without those that stand alone, as docstrings do."""
        nodes = list(ast.walk(self.tree))
        alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
                yield node

    def calls(self, known=None):
        """Yield its calls, each with the last part of the name of what is called, whatever it is imported as."""
        known = aliases([self]) if known is None else known
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "")
                yield node, getattr(node.func, "attr", known.get(name, name).rpartition(".")[2])


def aliases(pieces):
    r"""
    Tell for each imported name the full name of what it stands for.

    Examples
    --------
    >>> aliases([parsed("a.py", "import numpy as np, scipy.stats\nfrom os import path as p")])
    {'np': 'numpy', 'scipy': 'scipy', 'p': 'os.path'}
    """
    found = {}
    for node in (node for piece in pieces for node in ast.walk(piece.tree)):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                found[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: f"{node.module or ''}.{one.name}" for one in node.names}
    return found


def python(text):
    r"""
    Make Python of a cell: what IPython alone understands becomes ``pass`` or None, lines keep their numbers.

    Examples
    --------
    >>> python("%matplotlib inline\nfiles = !ls\nimport pandas")
    'pass\nfiles = None\nimport pandas'
    >>> python("%%bash\nls")
    '\n'
    """
    found, lines, goes_on = [], text.splitlines(), False
    if lines and (magic := re.match(r"%%(\w+)", lines[0])):
        if magic[1] not in PYTHON_MAGICS:
            return "\n" * (len(lines) - 1)
        lines[0] = ""
    for line in lines:
        line = re.sub(r"^(\s*)%time\s+(?=\w)", r"\1", line)
        shell = SHELL.match(line)
        if goes_on:
            found.append("")
        elif shell:
            found.append(shell["indent"] + (f"{shell['name']}None" if shell["name"] else "pass"))
        else:
            found.append(line)
        goes_on = (shell or goes_on) and line.endswith("\\")
    return "\n".join(found)


def parsed(file, text, cell=None):
    """Make a piece; a cell is read as it stands if that is Python already."""
    for attempt in [text] if cell is None else [text, python(text)]:
        try:
            return Piece(file, cell, text, ast.parse(attempt, file), None)
        except (SyntaxError, ValueError) as found:
            error = found
    return Piece(file, cell, text, None, error)


@remembered
def modules(root):
    """List the modules of study/, tests too."""
    paths = sorted((root / "study").rglob("*.py"))
    return [parsed(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


@remembered
def notebooks(root):
    """Return path -> notebook, or the error if it is none."""
    paths = sorted((root / "notebooks").rglob("*.ipynb"))
    return {
        path.relative_to(root).as_posix(): notebook(path) for path in paths if ".ipynb_checkpoints" not in path.parts
    }


def notebook(path):
    """Read a notebook; return the error if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["cells"][:]  # those of before 2015 have none
        return found
    except (ValueError, KeyError, TypeError) as error:
        return error


def code_cells(notebook):
    """List the code cells of a notebook; none if it is none."""
    cells = [] if isinstance(notebook, Exception) else notebook["cells"]
    return [one for one in cells if one["cell_type"] == "code"]


@remembered
def cells(root):
    """List the code cells of notebooks/."""
    numbered = ((file, enumerate(code_cells(one), start=1)) for file, one in notebooks(root).items())
    return [parsed(file, "".join(cell["source"]), number) for file, pairs in numbered for number, cell in pairs]


def readable(pieces):
    """List those that are Python; E3 speaks of the others."""
    return [one for one in pieces if one.tree]
