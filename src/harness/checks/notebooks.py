"""Checks of the notebooks: they read what a run wrote, from top to bottom, and fit nothing."""

import ast
import builtins
import re
import symtable

from harness.checks import sources
from harness.checks.registry import at, check

FITS = {"fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "train_on_batch", "backward"}
FITS |= {"cross_val_score", "cross_val_predict", "cross_validate", "learning_curve", "validation_curve"}
FITS |= {"permutation_test_score", "GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "RFECV"}
BOOSTING = {"xgboost", "lightgbm"}  # whose train() is a function
CURVES = {"numpy", "scipy"}  # a line through points is no model
NAMES = {*dir(builtins), "display", "get_ipython", "In", "Out", "exit", "quit"}
UNCLEAR = re.compile(r"import \*|\bexec\(|globals\(\)|NameError|^\s*%(run|pylab|store|load|macro|autoload)\b", re.M)
CAPTURE = re.compile(r"\s*%%capture\s+(?:-\S+\s+)*(\w+)")


def first_name(node):
    """Return the name at the beginning of a.b.c, or ""."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")


@check("K2", "notebooks-fit-nothing")
def notebooks_fit_nothing(root):
    """
    Notebooks read results, they fit nothing.

    Detected: calls of fit, cross_val_score, searches, backward and their like in code cells; a line of numpy or scipy
    through points is none.
    Why: a number that a notebook made has no plan, no seed, no split that keeps groups apart, and no record.
    Do: make it a model in study/models.py or an entry of study/plan.toml; read what the run wrote in the notebook.
    """
    how = "delete that, and read what the run wrote; a new model is a function of study/models.py that the plan names"
    for file in sources.notebooks(root):
        pieces = [one for one in sources.readable(sources.cells(root)) if one.file == file]
        known = sources.aliases(pieces)
        for piece in pieces:
            for call, name in piece.calls(known):
                package = known.get(first_name(call.func), "").partition(".")[0]
                if name in FITS and package not in CURVES or name == "train" and package in BOOSTING:
                    yield piece.at(call.lineno, f"it calls {name}(): {how}")


def symbols(table):
    """Yield the symbols of a table and of those within, each with whether it lies within a function."""
    for one in table.get_symbols():
        yield one, table.get_type() != "module"
    for inner in table.get_children():
        yield from symbols(inner)


def uses(piece):
    """Return what a cell makes, what it uses at once, and what its functions will use when they are called."""
    makes, now, later = set(CAPTURE.findall(piece.text)), set(), set()
    for one, inside in symbols(symtable.symtable(sources.python(piece.text), piece.file, "exec")):
        bound = one.is_assigned() or one.is_imported() or one.is_annotated()
        if bound and (not inside or one.is_declared_global()):
            makes.add(one.get_name())
        elif one.is_referenced() and (one.is_global() or not inside):
            (later if inside else now).add(one.get_name())
    return makes, now, later


def undefined(pieces):
    """Yield piece, name and where it is made after all (or None) for each name that no cell above makes."""
    if any(UNCLEAR.search(one.text) for one in pieces):
        return
    found, made = [uses(one) for one in pieces], set()
    for piece, (makes, now, later) in zip(pieces, found, strict=True):
        made |= makes
        everywhere = {name for one, _, _ in found for name in one}
        for name in sorted((now - made) | (later - everywhere)):
            if name not in NAMES and not name.startswith("_"):
                below = [one.cell for one, (others, _, _) in zip(pieces, found, strict=True) if name in others]
                yield piece, name, below[0] if below else None


def line_of(piece, name):
    """Return the first line of a piece on which a name stands."""
    numbers = [node.lineno for node in ast.walk(piece.tree) if isinstance(node, ast.Name) and node.id == name]
    return min(numbers, default=1)


@check("K3", "notebooks-clean")
def notebooks_clean(root):
    """
    Notebooks hold no outputs, were run from top to bottom, and every name in them is made by a cell above.

    Detected: outputs and numbers of the cells; names by Python's own symbol tables, functions wherever they are called.
    Why: outputs hide what the code does now; a cell that rests on one that was deleted ran only on that day.
    Do: .venv/bin/nbstripout FILE; then restart the kernel, run all cells, and mend the first that stops.
    """
    for file, notebook in sources.notebooks(root).items():
        if isinstance(notebook, Exception):
            yield at(file, f"is no notebook of version 4 ({notebook}): open it in Jupyter and save it")
            continue
        counts = []
        for number, cell in enumerate(sources.code_cells(notebook), start=1):
            if cell.get("outputs"):
                yield at(file, f"code cell {number}: it has outputs: .venv/bin/nbstripout {file}")
            counts += [cell["execution_count"]] if cell.get("execution_count") is not None else []
        if counts != list(range(1, len(counts) + 1)):
            order = ", ".join(map(str, counts))
            yield at(file, f"its cells ran in the order {order}: restart, run all, then .venv/bin/nbstripout {file}")
        pieces = [one for one in sources.cells(root) if one.file == file]
        if all(one.tree for one in pieces):
            for piece, name, below in undefined(pieces):
                where = f"only code cell {below} makes it: move that up" if below else "make it in a cell, or import it"
                yield piece.at(line_of(piece, name), f"{name!r} is made by no cell above; {where}")
