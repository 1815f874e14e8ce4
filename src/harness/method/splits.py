"""
Splits: sealed test rows by identity, folds by group or time. Rows that depend on each other never part.

Why: Kapoor and Narayanan (2023), "Leakage and the reproducibility crisis in machine-learning-based science", Patterns.
"""

import hashlib

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit

from harness.exceptions import StudyError
from harness.method.sections import Rows
from harness.study import Dataset

SPLITTERS = {  # (stratified, grouped)
    (False, False): KFold,
    (False, True): GroupKFold,
    (True, False): StratifiedKFold,
    (True, True): StratifiedGroupKFold,
}
Folds = list[tuple[np.ndarray, np.ndarray]]  # positions of training and of test rows, fold by fold
MANY = 5000  # groups that hold the rarest class: chance then shares them out as well, and in no time
FEW_GROUPS, LARGE = 10, 0.25  # groups on a side, and the share of one in its rows, from which on a plan is warned of


def sealed(dataset: Dataset, rows: Rows, seed: int) -> pd.Series:
    """Return which rows are sealed: a hash of the group decides, or the time; new or reordered rows move no old one."""
    if rows.dependence == "time" and dataset.times is not None:
        try:
            return dataset.times >= type(dataset.times.iloc[0])(rows.sealed_from)
        except (TypeError, ValueError) as error:
            raise StudyError(f"study/plan.toml: [rows] sealed_from: not comparable with the times: {error}") from None
    fraction = {
        group: int(hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()[:12], 16) / 16**12
        for group in set(dataset.groups)
    }
    return dataset.groups.map(fraction) < rows.sealed


def folds(dataset: Dataset, n_folds: int, seed: int, stratify: bool) -> Folds:
    """
    Cut the rows into folds: groups whole, the shares of the classes alike; rows with a time in its order.

    Return of each fold the positions of training and of test rows. In the order of time the past trains and the next
    stretch tests, after the gap; equal times stay together. As many folds as groups leave each out once. Raise
    StudyError if there are fewer groups, times, or rows of the rarest class, than folds.
    """
    if dataset.times is not None:
        codes, moments = pd.factorize(dataset.times, sort=True)
        size = len(moments) // (n_folds + 1)  # of a fold, as TimeSeriesSplit has it
        if len(moments) - n_folds * size <= dataset.gap or not size:
            many = f"{n_folds} is too many for {len(moments)} times" + f" with a gap of {dataset.gap}" * (
                dataset.gap > 0
            )
            raise StudyError(f"study/plan.toml: [evaluation] folds: {many}")
        cuts = TimeSeriesSplit(n_folds, gap=dataset.gap).split(moments)
        return [(np.flatnonzero(codes <= train[-1]), np.flatnonzero(np.isin(codes, test))) for train, test in cuts]
    if n_folds == dataset.groups.nunique():
        stratify = False  # what is left out alone cannot have the shares of the classes
    rarest = dataset.y.value_counts().min() if stratify else len(dataset.y)
    if n_folds > min(rarest, dataset.groups.nunique()):
        raise StudyError(
            f"study/plan.toml: [evaluation] folds: {n_folds} is too many for {dataset.groups.nunique()} groups"
            + (f" and {rarest} rows of the rarest class" if stratify else "")
        )
    groups = None if dataset.groups.is_unique else pd.factorize(dataset.groups, sort=True)[0]  # of texts it is slow
    if stratify and groups is not None:
        stratify = len(np.unique(groups[dataset.y == dataset.y.value_counts().idxmin()])) < MANY
    splitter = SPLITTERS[stratify, groups is not None](n_folds, shuffle=True, random_state=seed)
    return list(splitter.split(dataset.X, dataset.y, groups))


def before_gap(dataset: Dataset) -> np.ndarray:
    """
    Return the positions of the rows that what follows may be predicted from: those before the gap, if there is one.

    Examples
    --------
    >>> days = pd.Series([1, 1, 2, 3, 4])
    >>> before_gap(Dataset(days.to_frame(), days, days, days, gap=2)).tolist()
    [0, 1, 2]
    """
    if dataset.times is None:
        return np.arange(len(dataset.y))
    codes, moments = pd.factorize(dataset.times, sort=True)
    return np.flatnonzero(codes < len(moments) - dataset.gap)


def units(dataset: Dataset) -> pd.Series:
    """
    Return what a bootstrap draws whole: the group of each row, or the stretch of time that it lies in.

    Notes
    -----
    Stretches do not overlap (Carlstein 1986, Annals of Statistics 14, 1171-1179). Each holds as many times as the cube
    root of their number, the rate that Hall, Horowitz and Jing (1995, Biometrika 82, 561-574) found for a variance.

    Examples
    --------
    >>> days = pd.Series([3, 1, 2, 8, 7, 6, 5, 4])
    >>> units(Dataset(days.to_frame(), days, days, days)).tolist()
    [1, 0, 0, 3, 3, 2, 2, 1]
    """
    if dataset.times is None:
        return dataset.groups
    codes, moments = pd.factorize(dataset.times, sort=True)
    return pd.Series(codes // round(len(moments) ** (1 / 3)), dataset.times.index)


def uneven(sides: dict[str, Dataset]) -> str:
    """
    Return how many groups are on each side of the seal, and the share of the largest, if a side has few or a large one.

    Examples
    --------
    >>> rows = pd.Series(["a", "a", "a", "b"])
    >>> uneven({"sealed": Dataset(rows.to_frame(), rows, rows)})
    'sealed has 2 groups, the largest with 75% of the rows'
    >>> rows = pd.Series(range(10))
    >>> uneven({"sealed": Dataset(rows.to_frame(), rows, rows)})
    ''
    """
    shares = {side: rows.groups.value_counts(normalize=True) for side, rows in sides.items() if len(rows.groups)}
    if all(len(share) >= FEW_GROUPS and share.iloc[0] <= LARGE for share in shares.values()):
        return ""
    return "; ".join(
        f"{side} has {len(share)} group{'s' * (len(share) > 1)}, the largest with {share.iloc[0]:.0%} of the rows"
        for side, share in shares.items()
    )
