"""Duplicates: rows of different groups that are one measurement twice, found without comparing all with all."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom
from sklearn.neighbors import NearestNeighbors

from harness.cells import comparable, is_array
from harness.study import Dataset

NEAR = 0.01  # standard deviations: what differs by less in every feature is the same thing measured twice
WIDE = 5 * NEAR  # of a box
NEXT = 16  # rows of one box that a row is compared with
PAIRS, LEAST = 10**8, 500  # that `copies` compares: all rows with all, or as many as this allows, but so many at least


def boxes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Sort rows into boxes in which any two that are near meet; return rows, by their positions, and their boxes.

    Column after column cuts the boxes, until nobody has more than `NEXT` others in one. A row beside the border of a
    box lies in the one below, too; rows alone are left out. Where no value lies between two, there is a border that
    nobody is near to. Crowds that never part would double for ever; they are left together at four times the rows.
    """
    rows = np.arange(len(points))
    box, found = np.zeros_like(rows), []
    for column in points.T:
        order = np.argsort(column[rows], kind="stable")
        values = column[rows][order]
        island = np.diff(values, prepend=values[:1]) > NEAR
        start = values[np.maximum.accumulate(np.where(island, np.arange(len(values)), 0))]
        steps = (values - start) / WIDE + 0.5
        low = np.floor(steps).astype(int)
        place, border = np.zeros_like(order), np.zeros(len(order), bool)
        place[order] = np.cumsum(island) * (low.max(initial=0) + 2) + low
        border[order] = steps - low <= 1.001 * NEAR / WIDE
        rows, box = (np.concatenate([part, part[border]]) for part in (rows, box))
        place = pd.factorize(np.concatenate([place, place[border] - 1]))[0]
        box = pd.factorize(box * len(rows) + place)[0]
        size = np.bincount(box)[box]
        few, many = (size > 1) & (size <= NEXT), size > NEXT
        found.append((rows[few], box[few]))
        rows, box = rows[many], box[many]
        if not len(rows) or len(rows) > 4 * len(points):
            break
    found.append((rows, box))
    number = np.repeat(np.arange(len(found)), [len(part) for part, _ in found])  # boxes of two cuts are two
    rows, box = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, pd.factorize(box * len(found) + number)[0]


def has_continuous(X: pd.DataFrame) -> bool:
    """Return whether a feature is an array, or has values between whole numbers; else equal rows are to be expected."""
    between = (((column % 1 != 0) & column.notna()).any() for _, column in X.select_dtypes("number").items())
    return any(is_array(column) for _, column in X.items()) or any(between)


def standardized(numbers: pd.DataFrame) -> np.ndarray:
    """Return columns of numbers in standard deviations from their means; what never differs stays as it is, at 0."""
    scaled = []
    for _, column in numbers.items():  # one by one: of a large table each copy counts
        values = column.to_numpy(float, na_value=np.nan)
        known = values[~np.isnan(values)]
        mean, sd = known.mean() if len(known) else np.nan, known.std(ddof=1) if len(known) > 1 else np.nan
        scaled.append((values - mean) / (sd or 1))
    return np.column_stack(scaled) if scaled else np.empty((len(numbers), 0))


def duplicates(dataset: Dataset) -> list[tuple[Any, Any, str]]:
    """
    Find pairs of rows, of different groups, that are the same in every feature: "exact", or "near".

    Near is less than `NEAR` standard deviations apart in every number, and equal in all else. There are none where no
    feature is continuous, by `has_continuous`. Of a crowd each is compared with the next `NEXT`, equal
    rows first, so that the seconds and the pairs grow as the rows do.
    """
    if not has_continuous(dataset.X):
        return []
    numbers = dataset.X.select_dtypes("number")
    other = [pd.factorize(column)[0] for _, column in comparable(dataset.X.drop(columns=numbers.columns)).items()]
    points = np.column_stack([np.nan_to_num(standardized(numbers), nan=1e6), *other])  # a gap is only near a gap
    groups = pd.factorize(dataset.groups)[0]
    rows, box = boxes(points)
    equal, crowded = np.zeros(len(rows), "uint64"), np.bincount(box)[box] > NEXT
    equal[crowded] = pd.util.hash_pandas_object(pd.DataFrame(points[rows[crowded]]), index=False)
    order = np.lexsort((rows, groups[rows], equal, box))
    rows, box = rows[order], box[order]
    pairs = [np.empty((0, 2), int)]
    for step in range(1, min(NEXT, len(rows)) + 1):
        one, two = rows[:-step], rows[step:]
        kept = (box[:-step] == box[step:]) & (groups[one] != groups[two])
        one, two = one[kept], two[kept]
        for column in points.T:
            kept = np.abs(column[one] - column[two]) <= NEAR
            one, two = one[kept], two[kept]
        pairs.append(np.sort(np.column_stack([one, two]), axis=1))
    names = dataset.X.index.tolist()
    return [
        (names[a], names[b], "exact" if (points[a] == points[b]).all() else "near")
        for a, b in np.unique(np.concatenate(pairs), axis=0)
    ]


def copies(both: Dataset, sure: float = 1e-6) -> tuple[list[tuple[Any, Any]], float, str]:
    """
    Return rows with their nearest row of another group, if more are near than chance explains, and how many it does.

    Near is a fifth of the distance to the tenth. Where rows fill a space of m dimensions evenly, the nearest is so near
    with probability 1 - (1 - 0.2 ** m) ** 9; m is told by the distances of the tenth and the twentieth. Where
    all rows with all are more than `PAIRS`, some are drawn and held against all; the third value says so.
    """
    numbers = both.X.select_dtypes("number").dropna()
    points = standardized(numbers)
    groups = pd.factorize(both.groups.loc[numbers.index])[0]
    if len(points) < 100 or not points.shape[1]:
        return [], 0.0, ""
    asked, most = np.arange(len(points)), max(LEAST, PAIRS // len(points))
    if said := f"{most:,} of {len(points):,} rows were compared with all others" * (len(points) > most):
        asked = np.sort(np.random.default_rng(0).permutation(len(points))[:most])
    far, who = NearestNeighbors(n_neighbors=60, algorithm="brute").fit(points).kneighbors(points[asked])
    far[far < 1e-6] = 0  # by its way of computing them, equal rows are not quite at 0
    rows, nearest, ratios, spread = [], [], [], []
    for n, distances, others in zip(asked, far, who, strict=True):
        apart = np.flatnonzero(groups[others] != groups[n])[:20]
        if len(apart) == 20 and distances[apart[0]] > 0:
            first, tenth, twentieth = distances[apart[[0, 9, 19]]]
            rows.append(int(n))
            nearest.append(int(others[apart[0]]))
            ratios.append(first / tenth)
            spread.append(np.log(twentieth / tenth))
    if len(rows) < 100 or not np.mean(spread) > 0:
        return [], 0.0, said
    chance = 1 - (1 - 0.2 ** (np.log(2) / np.mean(spread))) ** 9
    close = [(numbers.index[row], numbers.index[n]) for row, n, r in zip(rows, nearest, ratios, strict=True) if r < 0.2]
    found = close if binom.sf(len(close) - 1, len(rows), chance) < sure else []
    return found, float(chance * len(rows)), said
