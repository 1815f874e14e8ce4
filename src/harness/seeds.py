"""
Randomness: one root seed in the plan, a child of its own for every use.

A study may use all of it. Children of one `numpy.random.SeedSequence` are independent of each other, ``seed + 1`` is
not of ``seed`` (NumPy, "Parallel random number generation"), and adding a use changes no other.
"""

import random
import zlib
from collections.abc import Callable

import numpy as np

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
    """Seed the global generators of Python and NumPy, for code that draws from them whatever its ``random_state``."""
    random.seed(seed)
    np.random.seed(seed)


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
