"""Pairs of rows: whether rows that share something are more alike than rows that are drawn by chance."""

import functools

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from harness.cells import comparable

DRAWS, FEW, MANY = 100, 10, 5000  # of pairs by chance; fewer pairs say nothing, of more some are drawn
POOL = 20_000  # rows: of more so many are drawn, to rank values by and for pairs by chance
SURE = 4  # standard deviations from the distance by chance


class Rows:
    """Rows with their features and target, to be compared in pairs."""

    def __init__(self, rows):
        """Take a Dataset."""
        columns = comparable(pd.concat([rows.X, rows.y], axis=1)).items()
        self.columns = [
            column.to_numpy(float, na_value=np.nan) if is_numeric_dtype(column) else pd.factorize(column)[0]
            for _, column in columns
        ]
        self.targets, n = pd.DataFrame(rows.y).shape[1], len(rows.y)
        pool = np.arange(n) if n <= POOL else np.random.default_rng(0).permutation(n)[:POOL]
        self.n, drawn = len(pool), [column[pool] for column in self.columns]
        self.sorted = [np.sort(column[~np.isnan(column)]) if column.dtype == float else None for column in drawn]
        self.pool = self.ranked(drawn)
        self.chance = functools.cache(self.by_chance)  # as long as these rows are there

    def ranked(self, columns):
        """Return the columns of some rows with ranks, as shares, in place of their numbers; a gap has none."""
        found = []
        for known, values in zip(self.sorted, columns, strict=True):
            if known is None:
                found.append(values)
                continue
            below, up_to = (np.searchsorted(known, values, side) for side in ("left", "right"))
            found.append(np.where(np.isnan(values), np.nan, (below + up_to) / (2 * max(1, len(known)))))
        return found

    def apart(self, columns, others):
        """Return the mean distance of pairs in each column, given the columns of their first and their second rows."""
        pairs = zip(columns, others, strict=True)
        return np.array([np.nanmean(np.abs(a - b)) if a.dtype == float else (a != b).mean() for a, b in pairs])

    def by_chance(self, size):
        """Return mean and standard deviation of the mean distances of so many pairs that are drawn, in each column."""
        rng = np.random.default_rng(0)
        drawn = [
            self.apart(*([column[rows] for column in self.pool] for rows in rng.integers(self.n, size=(2, size))))
            for _ in range(DRAWS)
        ]
        return np.mean(drawn, 0), np.std(drawn, 0)

    def ratios(self, first, second):
        """Return in each column the mean distance of pairs as a share of that of chance; 1 if chance explains it."""
        if len(first) < FEW:
            return np.ones(len(self.columns))
        if len(first) > MANY:
            drawn = np.random.default_rng(0).permutation(len(first))[:MANY]
            first, second = first[drawn], second[drawn]
        mean, spread = self.chance(len(first))
        seen = self.apart(*(self.ranked([column[rows] for column in self.columns]) for rows in (first, second)))
        return np.where((spread > 0) & (np.abs(seen - mean) > SURE * spread), seen / np.where(mean > 0, mean, 1), 1.0)

    def alike(self, first, second):
        """Return the distance of pairs in the column in which they are most alike; by chance it is 1."""
        return float(self.ratios(first, second).min())

    def answered(self, first, second):
        """Return how much the target of one row of a pair says of the other's, alike or unlike; by chance it is 0."""
        return float(np.abs(self.ratios(first, second)[-self.targets :] - 1).max())


def same(keys):
    """Return pairs of rows, by their positions, that have one key: each with the next."""
    codes = pd.factorize(keys)[0]
    order = np.argsort(codes, kind="stable")
    order = order[codes[order] >= 0]
    pairs = codes[order][1:] == codes[order][:-1]
    return order[1:][pairs], order[:-1][pairs]


def neighbours(values):
    """Return pairs of rows, by their positions, that follow each other in order; a gap has no place in it."""
    order = np.argsort(values.to_numpy(), kind="stable")[: values.notna().sum()]
    return order[1:], order[:-1]
