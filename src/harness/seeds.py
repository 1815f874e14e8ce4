"""Randomness: one root seed in the plan, a named child for every use."""

import random
import zlib

import numpy as np

USED = {}  # (root, name) -> seed: every child that was asked for in this process


def child(root, *names):
    """
    Seed of one named use of randomness; adding a use changes no other.

    Children of one `numpy.random.SeedSequence` are independent, ``root + i`` is not (NumPy, "Parallel random number
    generation"). The result lies in [0, 2**32), as ``random_state`` takes it.

    Examples
    --------
    >>> len({child(1, "split", 0), child(1, "split", 1), child(1, "model", 0), child(2, "split", 0)})
    4
    """
    name = "/".join(map(str, names))
    found = int(np.random.SeedSequence([root, zlib.crc32(name.encode())]).generate_state(1)[0])
    USED[root, name] = found
    return found


def named(root):
    """
    Return the children of a root that were asked for until now, by name.

    Those that a fit makes of its model's seed are not among them: they follow from it.

    Examples
    --------
    >>> named(8), child(8, "split", 0), named(8)
    ({'root': 8}, 2353093076, {'root': 8, 'split/0': 2353093076})
    """
    return {"root": root} | {name: seed for (of, name), seed in sorted(USED.items()) if of == root}


def noting(root, make):
    """
    Return what is made, and the names of the children of a root that were asked for meanwhile.

    Who keeps the one for a later run keeps the other with it, and asks for these children there, too.

    Examples
    --------
    >>> noting(9, lambda: child(9, "draw", 1) < 2**32)
    [True, ['draw/1']]
    """
    before = named(root).keys()
    return [make(), sorted(named(root).keys() - before)]


def seed_everything(seed):
    """Seed Python's and NumPy's global generators, for code that draws from them in spite of its ``random_state``."""
    random.seed(seed)
    np.random.seed(seed)
