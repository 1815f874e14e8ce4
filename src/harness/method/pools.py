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
from importlib import metadata
from pathlib import Path
from typing import Any

import joblib
from threadpoolctl import threadpool_info

from harness import reads, seeds, study
from harness.exceptions import StudyError
from harness.method import cache
from harness.study import Dataset

BEGUN: list[Any] = []  # in a worker: of which study, and by which means, its last fit was
RESENT = 10  # times, at most: a worker that holds data may die again and again
PATIENCE_S = 30  # until a scheduler answers, and has a worker
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
    """Return what a process here does fits of a study by: study, judge, processor, Python, packages and PyTorch."""
    with contextlib.suppress(StudyError):  # what is wrong with the models is said where they are read
        study.model_functions()  # which may import PyTorch
    installed = sorted(f"{package.name}=={package.version}" for package in metadata.distributions())
    sums = sorted(f"{part.get('internal_api')} for {part.get('architecture')}" for part in threadpool_info())
    torch = f"PyTorch: {seeds.of_torch()}"
    return (
        f"study: {cache.digest(repr(reads.study(root)))}",
        cache.surroundings(root),
        platform.machine(),
        sys.version,
        torch,
        *sums,
        *installed,
    )


@contextlib.contextmanager
def remote(address: str, root: Path) -> Iterator[Pool]:
    """
    Give a pool of the workers of a Dask scheduler, which see the same folder and have the same environment.

    Raises
    ------
    StudyError
        If there is no scheduler; from a worker that would not do a fit as this machine does; and when one is lost.
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
        yield lambda do, calls: gathered(client, address, root, do, calls)


def examine(root: Path, wanted: tuple[str, ...]) -> None:
    """Raise StudyError unless this worker, at its first call of a run, does fits as the machine that sent them."""
    from distributed import get_worker

    worker = get_worker()
    if [root, wanted] == BEGUN:
        return
    if worker.state.nthreads > 1:  # fits in threads would share one generator
        raise StudyError(
            f"run: worker {worker.address} has {worker.state.nthreads} threads. Start it with --nthreads 1"
        )
    if not root.is_dir():
        raise StudyError(f"run: worker {worker.address} does not see {root}. It has to see the folder of the study")
    begin(root)
    if unlike := sorted({*means(root)} ^ {*wanted}):
        differs = f"differs in {', '.join(one[:80] for one in unlike[:4])}"
        raise StudyError(f"run: worker {worker.address} {differs}. Start it by .venv/bin/dask here, and run again")
    BEGUN[:] = [root, wanted]


def unpacked(root: Path, wanted: tuple[str, ...], packed: bytes, *data: Any) -> tuple[Any, Exception | None]:
    """Call what was packed, with the data sets in their places; return what comes of it, or what it raises."""
    try:
        examine(root, wanted)
        do, call = pickle.loads(packed)
        shared = iter(data)
        return do(*(next(shared) if part is Dataset else part for part in call)), None
    except Exception as error:  # is raised by the machine that asks
        return None, error


def gathered(client: Any, address: str, root: Path, do: Callable[..., Any], calls: Calls) -> Iterator[Any]:
    """Send the calls; where data went with a worker that died, send those that are left once more."""
    from distributed.scheduler import KilledWorker

    lost, done, error = f"run: the scheduler at {address} is lost", 0, None
    for _ in range(RESENT):
        try:
            for future in sent(client, root, do, calls[done:]):
                result, error = future.result()
                if error:
                    break
                done += 1
                yield result
            else:
                return
            break
        except KilledWorker as killed:
            raise StudyError(f"run: one fit ended several workers, perhaps for want of memory: {killed}") from None
        except CancelledError:
            if client.status != "running":
                break
        except (OSError, TimeoutError):
            break
    raise error or StudyError(f"{lost}. What is finished is kept: run again, with or without it")


def sent(client: Any, root: Path, do: Callable[..., Any], calls: Calls) -> list[Any]:
    """Send calls, packed, since the scheduler does not know the study; each data set travels once."""
    known = {id(part): part for call in calls for part in call if isinstance(part, Dataset)}
    there = {name: client.scatter(data, broadcast=True) for name, data in known.items()}
    wanted, futures = client.scatter(means(root), broadcast=True, hash=False), []
    for call in calls:
        packed = pickle.dumps((do, [Dataset if id(part) in there else part for part in call]))
        data = (there[id(part)] for part in call if id(part) in there)
        futures.append(client.submit(unpacked, root, wanted, packed, *data, pure=False))
    return futures


def pool(processes: int, scheduler: str, root: Path) -> contextlib.AbstractContextManager[Pool]:
    """Return the pool that was asked for: by a scheduler's address, else of so many processes."""
    return remote(scheduler, root) if scheduler else contextlib.nullcontext(local(processes))
