"""Pools of workers: processes of this machine, or those of a Dask scheduler, do the fits, with equal scores."""

import contextlib
import importlib
import logging
import pickle
import platform
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import joblib
from threadpoolctl import threadpool_info

from harness import files, reads, seeds, study
from harness.exceptions import StudyError
from harness.fits import keys
from harness.study import Dataset

BEGUN: list[Any] = []  # in a worker: of which study, and by which means, its last fit was
RESENT = 10  # times, at most, without a fit between them: a worker that holds data may die again and again
POLL_S = 0.02  # between looks at a fit that somebody else does
PATIENCE_S = 30  # until a scheduler answers, and has a worker
Calls = list[tuple[Any, ...]]  # arguments of a function, call by call
Pool = Callable[[Callable[..., Any], Calls], Iterator[Any]]  # gives what a function returns, in the order of the calls


class Link(NamedTuple):
    """What leads to the workers of a Dask scheduler."""

    client: Any
    root: Path
    lost: str  # what is said when it is lost
    ready: Callable[[], None]  # waits until there is a worker
    keep: Callable[[], None] = lambda: None  # is called again and again while a fit is waited for
    logs: str = ""  # where workers wrote what happened to them


def start_worker(torch: bool) -> None:
    """Leave Ctrl-C to the main process; import at once what PyTorch's first fit does, which loky takes for a leak."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # a terminal sends both, and Slurm the other, to all processes
        signal.signal(sign, signal.SIG_IGN)
    if torch:
        importlib.import_module("torch._dynamo")


def local(processes: int) -> Pool:
    """Return a pool of processes on this machine."""
    torch = "torch" in sys.modules
    # A worker that has grown by 300 MB makes room for a fresh one between two fits, and nothing is lost.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs were given")

    def do_all(do: Callable[..., Any], calls: Calls) -> Iterator[Any]:
        # One for each list of calls: a second one would give up the shared arrays of the first once more.
        pool = joblib.Parallel(processes, return_as="generator", initializer=start_worker, initargs=(torch,))
        yield from pool(joblib.delayed(do)(*call) for call in calls)

    return do_all


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
        f"study/ as {files.parts_hash(repr(reads.study(root)))[:12]}",
        keys.surroundings(root),
        platform.machine(),
        sys.version,
        torch,
        *sums,
        *installed,
    )


def needed(option: str, *modules: str) -> ModuleType:
    """Import the modules that an option needs, and return the first; raise StudyError if one is not installed."""
    try:
        return [importlib.import_module(module) for module in modules][0]
    except ImportError:
        names = " and ".join(modules).replace("_", "-")
        hint = "Add what is missing to requirements/study.in, then: make lock setup"
        raise StudyError(f"run: {option} needs {names}. {hint}") from None


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
        client = needed("--scheduler", "distributed").Client(address, timeout=PATIENCE_S, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except (OSError, ValueError, TimeoutError) as error:
        reason = f"no scheduler with a worker answers ({' '.join(str(error).split())})"
        raise StudyError(f"run: --scheduler {address}: {reason}. Start them: dask scheduler, dask worker") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # of a lost one it is said below
    lost, ready = f"run: the scheduler at {address} is lost", partial(client.wait_for_workers, 1, PATIENCE_S)
    with client:
        yield partial(gathered, Link(client, root, lost, ready))


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
    own = {*means(root)}
    if own != {*wanted}:
        sides = {"lacks": {*wanted} - own, "has instead": own - {*wanted}}
        unlike = "; ".join(f"{what} {', '.join(sorted(side)[:4])}" for what, side in sides.items() if side)
        message = f"worker {worker.address} is not like the machine that sends fits: it {unlike}"
        raise StudyError(f"run: {message}. Start it by .venv/bin/dask here, and run again")
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


def gathered(link: Link, do: Callable[..., Any], calls: Calls) -> Iterator[Any]:
    """Send the calls; where data went with a worker that died, send those that are left once more."""
    from distributed.scheduler import KilledWorker

    done, vain, error = 0, 0, None
    while done < len(calls) and not error and vain < RESENT:
        before = done
        try:
            for future in sent(link, do, calls[done:]):
                while not future.done():
                    link.keep()
                    time.sleep(POLL_S)
                result, error = future.result()
                if error:
                    break
                done += 1
                yield result
        except KilledWorker as killed:
            logs = f". Logs: {link.logs}" if link.logs else ""
            why = "perhaps for want of memory or time"
            raise StudyError(f"run: one fit ended several workers, {why}: {killed}{logs}") from None
        except CancelledError:
            if link.client.status != "running":
                break
        except (OSError, TimeoutError):
            break
        vain = vain + 1 if done == before else 0
    if done < len(calls):
        raise error or StudyError(f"{link.lost}. What is finished is kept: run again, with or without it")


def sent(link: Link, do: Callable[..., Any], calls: Calls) -> list[Any]:
    """Send calls, packed, since the scheduler does not know the study; each data set travels once."""
    client, root, _, ready, *_ = link
    ready()
    known = {id(part): part for call in calls for part in call if isinstance(part, Dataset)}
    there = {name: client.scatter(data, broadcast=True) for name, data in known.items()}
    wanted, futures = client.scatter(means(root), broadcast=True, hash=False), []
    for call in calls:
        packed = pickle.dumps((do, [Dataset if id(part) in there else part for part in call]))
        data = (there[id(part)] for part in call if id(part) in there)
        futures.append(client.submit(unpacked, root, wanted, packed, *data, pure=False))
    return futures
