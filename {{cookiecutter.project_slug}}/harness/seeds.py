"""Randomness: one root seed in the plan, a named child for every use."""

import random
import zlib

import numpy as np


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
    label = zlib.crc32("/".join(map(str, names)).encode())
    return int(np.random.SeedSequence([root, label]).generate_state(1)[0])


def seed_everything(seed):
    """Seed Python's and NumPy's global generators, for code that draws from them in spite of its ``random_state``."""
    random.seed(seed)
    np.random.seed(seed)
