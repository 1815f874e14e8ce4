"""Pools of workers: processes of this machine, or those of a Dask scheduler, do the fits, with equal scores."""

import contextlib
import importlib
import logging
import pickle
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import joblib

from harness import study
from harness.exceptions import StudyError
from harness.method import cache
from harness.study import Dataset

PATIENCE_S = 10  # until a scheduler answers, and has a worker
Calls = list[tuple[Any, ...]]  # arguments of a function, call by call
Pool = Callable[[Callable[..., Any], Calls], Iterator[Any]]  # gives what a function returns, in the order of the calls


def start_worker(torch: bool) -> None:
    """Leave Ctrl-C to the main process; import at once what PyTorch's first fit does, which loky takes for a leak."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # else it would print where it was
    if torch:
        importlib.import_module("torch._dynamo")


def local(processes: int) -> Pool:
    """Return a pool of processes on this machine."""
    torch = "torch" in sys.modules
    pool = joblib.Parallel(processes, return_as="generator", initializer=start_worker, initargs=(torch,))
    return lambda do, calls: pool(joblib.delayed(do)(*call) for call in calls)


def begin(root: Path) -> None:
    """Make this study, as it is now, the one that a worker imports, whatever it did before."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "study"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    study.use(root)


def means(root: Path) -> tuple[str, ...]:
    """Return what a process here does fits by: judge, processor, Python and packages."""
    installed = sorted(f"{package.name}=={package.version}" for package in metadata.distributions())
    return cache.surroundings(root), platform.machine(), sys.version, *installed


@contextlib.contextmanager
def remote(address: str, root: Path) -> Iterator[Pool]:
    """
    Give a pool of the workers of a Dask scheduler, which see the same folder and have the same environment.

    Raises
    ------
    StudyError
        If there is no scheduler, or no worker that does a fit as this machine would; and when the scheduler is lost.
    """
    try:
        from distributed import Client
    except ImportError:
        needed = "Add distributed to requirements/study.in, then: make lock setup"
        raise StudyError(f"run: --scheduler needs the package distributed. {needed}") from None
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except (OSError, ValueError, TimeoutError) as error:
        reason = f"no scheduler with a worker answers ({' '.join(str(error).split())})"
        raise StudyError(f"run: --scheduler {address}: {reason}. Start them: dask scheduler, dask worker") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # of a lost one it is said below
    with client:
        for name, worker in client.scheduler_info(n_workers=-1)["workers"].items():
            if worker["nthreads"] > 1:  # fits in threads would share one generator
                raise StudyError(f"run: worker {name} has {worker['nthreads']} threads. Start it with --nthreads 1")
        try:
            client.register_worker_callbacks(partial(begin, root))  # also of those that come later
            answers = client.run(means, root)
        except Exception as error:  # whatever a worker raises
            raise StudyError(f"run: a worker cannot do fits of {root}: {error}. It has to see this folder") from None
        for name, answer in answers.items():
            if unlike := sorted({*answer} ^ {*means(root)}):
                raise StudyError(
                    f"run: worker {name} differs in {', '.join(unlike[:4])}. Start it by .venv/bin/dask here"
                )
        yield lambda do, calls: gathered(client, address, do, calls)


def unpacked(packed: bytes, *data: Any) -> Any:
    """Call what was packed, with the data sets in their places."""
    do, call = pickle.loads(packed)
    shared = iter(data)
    return do(*(next(shared) if part is Dataset else part for part in call))


def gathered(client: Any, address: str, do: Callable[..., Any], calls: Calls) -> Iterator[Any]:
    """Send the calls, packed, since the scheduler does not know the study; each data set travels once."""
    known = {id(part): part for call in calls for part in call if isinstance(part, Dataset)}
    sent = {name: client.scatter(data, broadcast=True) for name, data in known.items()}
    try:
        futures = []
        for call in calls:
            packed = pickle.dumps((do, [Dataset if id(part) in sent else part for part in call]))
            data = (sent[id(part)] for part in call if id(part) in sent)
            futures.append(client.submit(unpacked, packed, *data, pure=False))
        for future in futures:
            yield future.result()
    except (OSError, CancelledError, TimeoutError):
        lost = f"run: the scheduler at {address} is lost"
        raise StudyError(f"{lost}. What is finished is kept: run again, with or without it") from None


def pool(processes: int, scheduler: str, root: Path) -> contextlib.AbstractContextManager[Pool]:
    """Return the pool that was asked for: by a scheduler's address, else of so many processes."""
    return remote(scheduler, root) if scheduler else contextlib.nullcontext(local(processes))
