"""The cache: each finished fit, kept under the hash of all that it depends on. Delete its folder whenever you like."""

import ast
import functools
import hashlib
import inspect
import io
import json
import os
import pickle
import platform
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from harness import files
from harness.method.jobs import Job
from harness.study import Dataset

HERE = Path(__file__).parent
STALE_S = 3600  # a half-written file this old was left by a run that was killed


def digest(*parts: str | bytes) -> str:
    """SHA-256 of texts and bytes, each with its length, so that no two lists of parts look alike."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(f"{len(data)}:".encode() + data)
    return found.hexdigest()


@functools.cache
def surroundings(root: Path) -> str:
    """Hash of what every fit depends on: the lock, Python, and the method itself."""
    read = [*sorted(HERE.glob("*.py")), *sorted(HERE.with_name("inspection").glob("*.py")), root / files.LOCK]
    return digest(platform.python_version(), platform.machine(), *(path.read_bytes() for path in read))


def is_ours(item: Any) -> bool:
    """Whether a module, class or function belongs to the study."""
    name = item.__name__ if inspect.ismodule(item) else getattr(item, "__module__", None)
    return str(name).partition(".")[0] == "study"


def imports_ours(node: ast.AST) -> bool:
    """Whether a node of a syntax tree imports from the study."""
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or str(node.module).partition(".")[0] == "study"
    return isinstance(node, ast.Import) and any(one.name.partition(".")[0] == "study" for one in node.names)


class Finder(pickle.Pickler):
    """A pickler that notes the study's functions and classes in what it pickles: they are pickled by name alone."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.found: list[Any] = []

    def reducer_override(self, item: Any) -> Any:
        """Note an item, and pickle it as ever."""
        if (inspect.isclass(item) or inspect.isroutine(item)) and is_ours(item):
            self.found.append(item)
        return NotImplemented


def constant(value: object) -> tuple[str, list[Any]]:
    """Return a text that stands for a value, down to its last number, and the study's functions and classes in it."""
    finder = Finder()
    try:
        finder.dump(value)
        return joblib.hash(value), finder.found
    except (pickle.PicklingError, AttributeError, TypeError):  # as of a lambda: its address makes every fit anew
        return repr(value), finder.found


@functools.cache
def source(item: Any) -> str:
    """
    Source of a function or class of the study, and of whatever else in study/ it refers to, by any number of steps.

    What comes from a library is the lock's affair; a constant counts by its value, a module of the study as a whole.
    Where a function imports from the study, or names its package, all of study/ counts.
    """
    texts, waiting, seen = [], [item], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        text = inspect.getsource(one)
        texts.append(text)
        known = vars(one if inspect.ismodule(one) else sys.modules[one.__module__])
        nodes = list(ast.walk(ast.parse(textwrap.dedent(text))))
        if hasattr(one, "__path__") or any(imports_ours(node) for node in nodes):
            folder = Path(sys.modules["study"].__path__[0])
            texts += [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))]
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        for name in sorted(names & known.keys()):
            value = known[name]
            if inspect.ismodule(value) or inspect.isclass(value) or inspect.isroutine(value):
                waiting += [value] if is_ours(value) else []
            else:
                text, held = constant(value)
                texts.append(f"{name} = {text}")
                waiting += held
    return "\n".join(texts)


def row_hashes(dataset: Dataset) -> np.ndarray:
    """One number a row, of its name and all its values."""
    parts = [dataset.X, dataset.y.rename("y"), dataset.groups.rename("group")]
    parts += [] if dataset.times is None else [dataset.times.rename("time")]
    return pd.util.hash_pandas_object(pd.concat(parts, axis=1)).to_numpy()


@functools.cache
def beside(root: Path) -> str:
    """Hash of what else lies in study/, which a model may read when it is fitted: weights, a list of words."""
    read = (path for path in sorted(files.study_files(root)) if path.suffix != ".py")
    return digest(*(part for one in read if one != root / files.PLAN for part in (one.name, one.read_bytes())))


def key(job: Job, hashes: np.ndarray, metrics: list[str], root: Path) -> str:
    """
    Hash of everything the result of a job depends on; ``hashes`` are `row_hashes` of its data set.

    Not of its kind and name: two roles that are the same model are one fit.
    """
    try:
        state = joblib.hash(job.build(job.model_seed))  # parameters that a function read from a file are in no source
    except (pickle.PicklingError, AttributeError, TypeError):  # as of a lambda, which the source holds
        state = ""
    settings = [job.task, job.model_seed, job.columns, job.parameters, job.treatments, job.wants, metrics]
    rows = (hashes[job.train].tobytes(), hashes[job.test].tobytes())
    return digest(surroundings(root), source(job.build), beside(root), str(state), repr(settings), *rows)


def path(folder: Path, name: str) -> Path:
    """Where an entry lies."""
    return folder / name[:2] / f"{name}.json"


def read(folder: Path, name: str) -> Any:
    """Return a kept result, or None; one that is damaged is named, and computed again."""
    entry = path(folder, name)
    try:
        kept = json.loads(entry.read_text(encoding="utf-8"))
        if kept["sha256"] == digest(json.dumps(kept["result"])):
            return kept["result"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass  # damaged as well
    print(f"cache: {entry} is damaged; that fit is done again", flush=True)
    return None


def write(folder: Path, name: str, result: object) -> None:
    """Keep a result: whole or not at all, whoever else writes the same at the same time."""
    entry = path(folder, name)
    entry.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=entry.parent, suffix=".part", encoding="utf-8", delete=False) as part:
        json.dump({"sha256": digest(json.dumps(result)), "result": result}, part)
    os.replace(part.name, entry)


def kept(folder: Path, name: str, make: Callable[[], object]) -> Any:
    """Return what is kept under a name; if nothing is, make it and keep it."""
    result = read(folder, name)
    if result is None:
        result = make()
        write(folder, name, result)
    return result


def sweep(folder: Path) -> None:
    """Remove what killed runs left half-written."""
    for part in folder.glob("*/*.part"):
        if time.time() - part.stat().st_mtime > STALE_S:
            part.unlink(missing_ok=True)
