"""Keys: the hash of all that a fit depends on, under which it is kept; what changes none of it changes no key."""

import contextlib
import functools
import inspect
import io
import os
import pickle
from pathlib import Path
from types import CodeType
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
from joblib.hashing import NumpyHasher

from harness import files, reads
from harness.fits import syntax
from harness.method.jobs import NOWHERE, Job
from harness.plan.metrics import Scorers
from harness.study import Dataset

JUDGE = Path(__file__).parents[1]
# Of the judge: what does a fit, and looks into it.
CODE = ("*.py", "plan/*.py", "method/*.py", "fits/*.py", "inspection/*.py")
NOT_PICKLED = (pickle.PicklingError, AttributeError, TypeError)
# Of the record: what differs between two machines, or two environments on one, and a fit can see.
MACHINE = ("python", "platform", "processor", "cpus", "accelerators", "variables", "unlike_lock")


def machine(facts: dict[str, Any], torch: dict[str, Any]) -> str:
    """Return what a key holds of the machine: facts of its record, and what PyTorch, if it is there, computes with."""
    return repr([facts[name] for name in MACHINE] + ([torch] if torch else []))


@functools.cache
def surroundings(root: Path, machine: str = "") -> str:
    """Hash of what every fit depends on: what it can import of the lock, the machine, and the method itself."""
    read = [path for pattern in CODE for path in sorted(JUDGE.glob(pattern))]
    return files.parts_hash(machine, repr(reads.pins(root)), *(path.read_bytes() for path in read))


@functools.cache
def study_code(root: Path) -> str:
    """Hash of what a run can read of study/, without its plan."""
    said = reads.study(root)
    said.pop(files.PLAN, None)
    return files.parts_hash(*(part for item in said.items() for part in item))


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
        return files.parts_hash(hasher.hash(item), study_code(root) if hasher.of_study else "")
    with contextlib.suppress(*NOT_PICKLED):
        Placeless(stream := io.BytesIO()).dump(item)
        return files.parts_hash(stream.getvalue(), study_code(root))
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
    return files.parts_hash(repr(types), pd.util.hash_pandas_object(table, categorize=False).to_numpy().tobytes())


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
    return files.parts_hash(surroundings(root, machine), *used, acts, repr(settings), of_data, *rows, *seen)
