"""
Randomness: one root seed in the plan, a child of its own for every use.

A study may use all of it. Children of one `numpy.random.SeedSequence` are independent of each other, ``seed + 1`` is
not of ``seed`` (NumPy, "Parallel random number generation"), and adding a use changes no other.
"""

import os
import random
import sys
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

CUBLAS = "CUBLAS_WORKSPACE_CONFIG"
USED: dict[tuple[int, str], int] = {}  # (root, name) -> seed: what `noted` was asked for in this process


def child(root: int, *names: object) -> int:
    """
    Return the seed of one named use of randomness, as ``random_state`` takes it.

    Parameters
    ----------
    root : int
        The seed it follows from, such as the one that a model function is given.
    *names : object
        What the use is called; any number of names, each by its text.

    Examples
    --------
    >>> child(8, "trees"), child(8, "split", 0), child(9, "split", 0)
    (104077644, 2353093076, 1209556166)
    """
    name = "/".join(map(str, names))
    return int(np.random.SeedSequence([root, zlib.crc32(name.encode())]).generate_state(1)[0])


def generator(root: int, *names: object) -> np.random.Generator:
    """Return NumPy's generator for one named use of randomness: that of its `child`."""
    return np.random.default_rng(child(root, *names))


def seed_everything(seed: int) -> None:
    """
    Seed the global generators of Python and NumPy, for code that draws from them whatever its ``random_state``.

    Where PyTorch is imported, those of all its devices too, from which its data loaders draw their order and the seeds
    of their workers; it then uses deterministic algorithms, and refuses what has none.
    """
    random.seed(seed)
    np.random.seed(seed)
    if torch := sys.modules.get("torch"):
        settle(torch)
        torch.manual_seed(seed)


def state() -> dict[str, Any]:
    """
    Return the state of the generators that `seed_everything` seeds, in plain numbers, which any kind of file can hold.

    A training that is to go on where it stopped keeps it beside its weights: see `set_state`.
    """
    kept: Any = np.random.get_state()
    name, words, *rest = kept
    states: dict[str, Any] = {"python": random.getstate(), "numpy": [name, words.tolist(), *rest]}
    if torch := sys.modules.get("torch"):
        gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        states["torch"] = [one.tolist() for one in (torch.get_rng_state(), *gpus)]
    return states


def set_state(states: dict[str, Any]) -> None:
    """Let the global generators go on from a `state`, in this process or another one."""
    version, words, gauss = states["python"]
    random.setstate((version, tuple(words), gauss))
    np.random.set_state(tuple(states["numpy"]))
    if torch := sys.modules.get("torch"):
        cpu, *gpus = (torch.tensor(one, dtype=torch.uint8) for one in states["torch"])
        torch.set_rng_state(cpu)
        if gpus:
            torch.cuda.set_rng_state_all(gpus)


def settle(torch: Any) -> None:
    """Let PyTorch use deterministic algorithms alone."""
    os.environ.setdefault(CUBLAS, ":4096:8")  # without it, products of matrices on a GPU may differ (CUDA's manual)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False  # else the quickest algorithm is chosen, by a stopwatch


def loader(root: int, *names: object) -> dict[str, Any]:
    """
    Return what makes a data loader of PyTorch draw by a named seed: its generator, and how its workers are seeded.

    Examples
    --------
    >>> DataLoader(rows, shuffle=True, num_workers=2, **loader(seed, "batches"))  # doctest: +SKIP
    """
    import torch  # it is the study's, which calls this if it uses PyTorch

    return {"generator": torch.Generator().manual_seed(child(root, *names)), "worker_init_fn": seed_worker}


def seed_worker(number: int) -> None:
    """Seed Python and NumPy in a worker of a data loader from the seed that PyTorch gave it."""
    seed = sys.modules["torch"].initial_seed() % 2**32
    random.seed(seed)
    np.random.seed(seed)


def of_torch() -> dict[str, Any]:
    """Return what decides what PyTorch computes in a fit here: {} where nothing imports it."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    settle(torch)
    gpus = range(torch.cuda.device_count()) if torch.cuda.is_available() else []
    return {
        "version": torch.__version__,
        "devices": [torch.cuda.get_device_name(gpu) for gpu in gpus] or ["cpu"],
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "cudnn_benchmark": torch.backends.cudnn.benchmark,
        CUBLAS: os.environ.get(CUBLAS),
    }


def noted(root: int, *names: object) -> int:
    """Return a `child` of the plan's seed, and note it for the record."""
    name = "/".join(map(str, names))
    USED[root, name] = child(root, name)
    return USED[root, name]


def named(root: int) -> dict[str, int]:
    """Return the children of the plan's seed that were `noted` until now, by name."""
    return {"root": root} | {name: seed for (of, name), seed in sorted(USED.items()) if of == root}


def noting(root: int, make: Callable[[], object]) -> list[object]:
    """
    Return what is made, and the names of the children of a root that were noted meanwhile.

    Who keeps the one for a later run keeps the other with it, and notes these children there, too.
    """
    before = named(root).keys()
    return [make(), sorted(named(root).keys() - before)]
