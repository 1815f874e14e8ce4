"""The cache: each finished fit, kept under the hash of all that it depends on. Delete its folder whenever you like."""

import contextlib
import functools
import hashlib
import inspect
import io
import json
import os
import pickle
import platform
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import get_scorer

from harness import files, reads
from harness.method.jobs import Job
from harness.study import Dataset

HERE = Path(__file__).parent
NOT_PICKLED = (pickle.PicklingError, AttributeError, TypeError)
STALE_S = 3600  # a half-written file this old was left by a run that was killed


def digest(*parts: str | bytes) -> str:
    """SHA-256 of texts and bytes, each with its length, so that no two lists of parts look alike."""
    sha256 = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha256.update(f"{len(data)}:".encode() + data)
    return sha256.hexdigest()


@functools.cache
def surroundings(root: Path) -> str:
    """Hash of what every fit depends on: what it can import of the lock, Python, and the method itself."""
    read = [*sorted(HERE.glob("*.py")), *sorted(HERE.with_name("inspection").glob("*.py"))]
    machine = (platform.python_version(), platform.machine(), repr(reads.pins(root)))
    return digest(*machine, *(path.read_bytes() for path in read))


@functools.cache
def study_code(root: Path) -> str:
    """Hash of what a run can read of study/, without its plan."""
    said = reads.study(root)
    said.pop(files.PLAN, None)
    return digest(*(part for item in said.items() for part in item))


class Finder(pickle.Pickler):
    """A pickler that notes whether a function or class of the study is in what it pickles, which is by name alone."""

    of_study = False

    def reducer_override(self, item: Any) -> Any:
        """Note an item, and pickle it as ever."""
        if inspect.isclass(item) or inspect.isroutine(item):
            self.of_study |= str(getattr(item, "__module__", None)).partition(".")[0] == "study"
        return NotImplemented


class Placeless(cloudpickle.Pickler):
    """A pickler of lambdas that leaves out on which line they stand."""

    def reducer_override(self, item: Any) -> Any:
        """Take file and lines out of code, and pickle all else as ever."""
        if isinstance(item, types.CodeType):
            bare = item.replace(co_filename="", co_firstlineno=1, co_linetable=b"")
            return cloudpickle.Pickler.dispatch_table[types.CodeType](bare)
        return super().reducer_override(item)


def content(item: Any, root: Path) -> str:
    """
    Hash of an estimator or a scorer: of its type and all its parameters, down to the last.

    Where a function or class of the study, or a lambda, is in it, all of study/ counts, since that may be read when it
    is used. What cannot be hashed at all, such as an open file, is another each time, so that its fits are done anew.
    """
    finder = Finder(io.BytesIO())
    with contextlib.suppress(*NOT_PICKLED):
        finder.dump(item)
        return digest(str(joblib.hash(item)), study_code(root) if finder.of_study else "")
    with contextlib.suppress(*NOT_PICKLED):
        Placeless(stream := io.BytesIO()).dump(item)
        return digest(stream.getvalue(), study_code(root))
    return os.urandom(32).hex()


def column_types(dataset: Dataset) -> str:
    """Describe the columns of a data set by what their values do not show: names, order, types, categories, marks."""
    columns: list[tuple[object, ...]] = []
    for column in (*(dataset.X[name] for name in dataset.X), dataset.y, dataset.groups, dataset.times):
        if column is not None:
            levels: tuple[object, ...] = ()
            if isinstance(column.dtype, pd.CategoricalDtype):
                levels = (column.cat.categories.tolist(), column.cat.ordered)
            columns.append((column.name, str(column.dtype), levels, column.attrs))
    return repr((columns, dataset.times is None, dataset.X.index.names, dataset.X.index.dtype, dataset.X.attrs))


def row_hashes(dataset: Dataset) -> np.ndarray:
    """Return a number for each row: the hash of its name and all its values."""
    parts = [dataset.X, dataset.y.rename("y"), dataset.groups.rename("group")]
    parts += [] if dataset.times is None else [dataset.times.rename("time")]
    return pd.util.hash_pandas_object(pd.concat(parts, axis=1)).to_numpy()


def key(job: Job, types: str, hashes: np.ndarray, metrics: list[str], root: Path) -> str:
    """
    Hash of everything the result of a job depends on; `column_types` and `row_hashes` are those of its data set.

    Not of its kind and name: two roles that are the same model are one fit.
    """
    settings = [job.task, job.model_seed, job.columns, job.parameters, job.treatments, job.wants, metrics, types]
    used = [content(item, root) for item in (job.build(job.model_seed), *map(get_scorer, metrics))]
    rows = (hashes[job.train].tobytes(), hashes[job.test].tobytes())
    return digest(surroundings(root), *used, repr(settings), *rows)


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
