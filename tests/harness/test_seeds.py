"""Seeds: one root, a child of its own for every use, and a note of what the plan's were."""

import random

import numpy as np

from harness import seeds


def test_a_generator_draws_the_same_again():
    first, again = (seeds.generator(8, "noise").integers(100, size=3).tolist() for _ in range(2))
    assert first == again != seeds.generator(8, "other").integers(100, size=3).tolist()


def test_the_global_generators_are_seeded():
    drawn = []
    for _ in range(2):
        seeds.seed_everything(1)
        drawn.append((random.random(), np.random.random()))
    assert drawn[0] == drawn[1]


def test_children_of_the_plan_are_noted():
    assert seeds.named(8) == {"root": 8}
    assert seeds.noting(8, lambda: seeds.noted(8, "split", 0)) == [2353093076, ["split/0"]]
    assert seeds.noting(8, lambda: None) == [None, []]
    assert seeds.named(8) == {"root": 8, "split/0": 2353093076}
