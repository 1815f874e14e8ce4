"""The cache: each finished fit, kept under the hash of all that it depends on. Delete its folder whenever you like."""

import contextlib
import functools
import hashlib
import inspect
import io
import json
import os
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
from filelock import FileLock, Timeout
from joblib.hashing import NumpyHasher

from harness import files, reads
from harness.method import syntax
from harness.method.jobs import NOWHERE, Job
from harness.method.metrics import Scorers
from harness.study import Dataset

JUDGE = Path(__file__).parents[1]
CODE = ("*.py", "method/*.py", "inspection/*.py")  # of the judge: what does a fit, and looks into it
NOT_PICKLED = (pickle.PicklingError, AttributeError, TypeError)
STALE_S = 3600  # a half-written file this old was left by a run that was killed
FORGOTTEN_S = 30 * 24 * 3600  # nobody has gone on with a fit whose files are this old
# Of the record: what differs between two machines, or two environments on one, and a fit can see.
MACHINE = ("python", "platform", "processor", "cpus", "accelerators", "variables", "unlike_lock")


def machine(facts: dict[str, Any], torch: dict[str, Any]) -> str:
    """Return what a key holds of the machine: facts of its record, and what PyTorch, if it is there, computes with."""
    return repr([facts[name] for name in MACHINE] + ([torch] if torch else []))


def digest(*parts: str | bytes) -> str:
    """SHA-256 of texts and bytes, each with its length, so that no two lists of parts look alike."""
    sha256 = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha256.update(f"{len(data)}:".encode() + data)
    return sha256.hexdigest()


@functools.cache
def surroundings(root: Path, machine: str = "") -> str:
    """Hash of what every fit depends on: what it can import of the lock, the machine, and the method itself."""
    read = [path for pattern in CODE for path in sorted(JUDGE.glob(pattern))]
    return digest(machine, repr(reads.pins(root)), *(path.read_bytes() for path in read))


@functools.cache
def study_code(root: Path) -> str:
    """Hash of what a run can read of study/, without its plan."""
    said = reads.study(root)
    said.pop(files.PLAN, None)
    return digest(*(part for item in said.items() for part in item))


class Hasher(NumpyHasher):
    """
    The hash of joblib, but with each dict in its own order, since a fit can see it.

    It notes whether a function or class of the study is in what it hashes, which is by name alone.
    """

    of_study = False

    def reducer_override(self, item: Any) -> Any:
        """Note an item, and hash it as ever."""
        if inspect.isclass(item) or inspect.isroutine(item):
            self.of_study |= str(getattr(item, "__module__", None)).partition(".")[0] == "study"
        return NotImplemented

    def _batch_setitems(self, items: Any, *rest: Any) -> None:
        pickle._Pickler._batch_setitems(self, iter(items), *rest)  # type: ignore[attr-defined]


class Placeless(cloudpickle.Pickler):
    """A pickler of lambdas that leaves out on which line they stand."""

    def reducer_override(self, item: Any) -> Any:
        """Take file and lines out of code, and pickle all else as ever."""
        if isinstance(item, CodeType):
            bare = item.replace(co_filename="", co_firstlineno=1, co_linetable=b"")
            return cloudpickle.Pickler.dispatch_table[CodeType](bare)
        return super().reducer_override(item)


def content(item: Any, root: Path) -> str:
    """
    Hash of an estimator, a scorer or a table: of its type and all that it holds, down to the last.

    Where a function or class of the study, or a lambda, is in it, all of study/ counts, since that may be read when it
    is used. What cannot be hashed at all, such as an open file, is another each time, so that its fits are done anew.
    """
    hasher = Hasher()
    with contextlib.suppress(*NOT_PICKLED):
        return digest(hasher.hash(item), study_code(root) if hasher.of_study else "")
    with contextlib.suppress(*NOT_PICKLED):
        Placeless(stream := io.BytesIO()).dump(item)
        return digest(stream.getvalue(), study_code(root))
    return os.urandom(32).hex()


def types(dataset: Dataset, root: Path) -> str:
    """Hash of a data set without its rows: names, order, types, categories, index and marks of its columns."""
    return content(dataset.take(NOWHERE), root)


def exact(column: Any) -> np.ndarray:
    """Return a number for each value of a column or index; of an object its type counts, too: 1 is not "1"."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufbmM" and column.dtype.itemsize <= 8:
        values = np.ascontiguousarray(column.to_numpy())
        return pd.util.hash_array(values.view(f"u{values.itemsize}"))  # as bits: -0.0 is not 0.0
    return pd.util.hash_array(np.array([*map(pickle.dumps, column), None], object)[:-1], categorize=False)


def row_hashes(dataset: Dataset) -> np.ndarray:
    """Return a number for each row: the hash of its name and all its values."""
    cells = [column for table in (dataset.X, pd.DataFrame(dataset.y)) for _, column in table.items()]
    columns = [dataset.X.index, *cells, dataset.groups]
    columns += [part for part in (dataset.times, dataset.weights, dataset.known) if part is not None]
    return pd.util.hash_pandas_object(pd.DataFrame(dict(enumerate(map(exact, columns)))), index=False).to_numpy()


def table_hash(table: pd.DataFrame) -> str:
    """SHA-256 of a table: of the names and types of its columns, and of a number for each of its rows."""
    types = [(str(name), str(column.dtype)) for name, column in table.items()]
    return digest(repr(types), pd.util.hash_pandas_object(table, categorize=False).to_numpy().tobytes())


def key(job: Job, data: tuple[str, np.ndarray], scorers: Scorers, root: Path, machine: str = "") -> str:
    """
    Hash of everything the result of a job depends on; ``data`` are `types` and `row_hashes` of its data set.

    Not of its kind and name: two roles that are the same model are one fit. An explanation looks at all rows.
    """
    of_data, hashes = data
    settings = [job.task, job.model_seed, job.columns, job.parameters, job.variants, job.treatments, job.wants]
    settings += [[*scorers]]
    used = [content(item, root) for item in (job.build(job.model_seed), *scorers.values())]
    rows = (hashes[job.train].tobytes(), hashes[job.test].tobytes())
    seen = (str(job.fold), hashes.tobytes()) if job.wants == "explanation" else ()
    acts = syntax.reached(root, job.build.__name__)
    return digest(surroundings(root, machine), *used, acts, repr(settings), of_data, *rows, *seen)


def path(folder: Path, name: str) -> Path:
    """Where an entry lies."""
    return folder / name[:2] / f"{name}.json"


def files_of(folder: Path, name: str) -> Path:
    """Where a model may keep files while it is fitted, to go on from if it is killed: see `estimators.files_in`."""
    return folder / files.FIT_FILES / name


def read(folder: Path, name: str) -> Any:
    """Return a kept result, or None; one that is damaged is named, and computed again."""
    entry = path(folder, name)
    try:
        kept = json.loads(entry.read_text(encoding="utf-8"))
        if kept["sha256"] == digest(name, json.dumps(kept["result"])):
            return kept["result"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass  # damaged as well
    print(f"cache: {entry} is damaged; it is made again", flush=True)
    entry.unlink(missing_ok=True)
    return None


def write(folder: Path, name: str, result: object) -> None:
    """Keep a result: whole or not at all, whoever else writes the same at the same time; its files have served."""
    entry = path(folder, name)
    entry.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=entry.parent, suffix=".part", encoding="utf-8", delete=False) as part:
        json.dump({"sha256": digest(name, json.dumps(result)), "result": result}, part)
    os.replace(part.name, entry)
    shutil.rmtree(files_of(folder, name), ignore_errors=True)


@contextlib.contextmanager
def claimed(folder: Path, name: str, patient: bool) -> Iterator[bool]:
    """
    Claim an entry, so that several processes over one cache never make it twice; yield whether this process has it.

    A claim ends with its process, however that ends. Who is ``patient`` waits until another gives it up.
    """
    place = path(folder, name).with_suffix(".lock")
    place.parent.mkdir(parents=True, exist_ok=True)
    claim = FileLock(place, timeout=-1 if patient else 0)
    try:
        claim.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        place.unlink(missing_ok=True)  # before it is given up: who waits for it finds the entry made
        claim.release()


def kept(folder: Path | None, name: str, make: Callable[[], object]) -> Any:
    """Return what is kept under a name; if nothing is, make it and keep it, if there is a folder for it."""
    result = read(folder, name) if folder else None
    if result is None:
        result = make()
        if folder:
            write(folder, name, result)
    return result


def sweep(folder: Path) -> None:
    """Remove what killed runs left half-written, and files of fits that are kept, or that nobody goes on with."""
    for part in folder.glob("*/*.part"):
        if time.time() - part.stat().st_mtime > STALE_S:
            part.unlink(missing_ok=True)
    for left in (folder / files.FIT_FILES).glob("*"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps, or has finished the fit
            if path(folder, left.name).is_file() or time.time() - left.stat().st_mtime > FORGOTTEN_S:
                shutil.rmtree(left)
