"""
Splits: sealed test rows by identity, folds by group or time. Rows that depend on each other never part.

Why: Kapoor and Narayanan (2023), "Leakage and the reproducibility crisis in machine-learning-based science", Patterns.
"""

import hashlib
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit

from harness.exceptions import StudyError
from harness.plan.rows import Rows
from harness.study import Dataset, several

SPLITTERS = {  # (stratified, grouped)
    (False, False): KFold,
    (False, True): GroupKFold,
    (True, False): StratifiedKFold,
    (True, True): StratifiedGroupKFold,
}
Folds = list[tuple[np.ndarray, np.ndarray]]  # positions of training and of test rows, fold by fold
MANY = 5000  # groups that hold the rarest class: chance then shares them out as well, and in no time
FEW_GROUPS, LARGE = 10, 0.25  # groups on a side, and the share of one in its rows, from which on a plan is warned of


def sides(dataset: Dataset, rows: Rows, seed: int) -> tuple[pd.Series, pd.Series]:
    """
    Return which rows are for development, and which are sealed; of a panel there are rows that are neither.

    A hash of the group decides, or the time; new or reordered rows move no old one. Of a panel of new groups both do:
    later rows of groups that are developed on, and earlier ones of those that are sealed, are neither. Of known groups
    so are sealed rows of a group that nothing was known of before.
    """
    marks = []
    if dataset.times is not None:
        try:
            marks.append(dataset.times >= type(dataset.times.iloc[0])(rows.sealed_from))
        except (TypeError, ValueError) as error:
            raise StudyError(f"study/plan.toml: [rows] sealed_from: not comparable with the times: {error}") from None
    if rows.sealed is not None:
        fraction = {
            group: int(hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()[:12], 16) / 16**12
            for group in dataset.groups.unique()
        }
        marks.append(dataset.groups.map(fraction) < rows.sealed)
    developed, sealed = ~pd.concat(marks, axis=1).any(axis=1), pd.concat(marks, axis=1).all(axis=1)
    if dataset.known is not None:
        sealed &= dataset.known.isin(dataset.known[developed])
    return developed, sealed


def folds(dataset: Dataset, n_folds: int, seed: int, stratify: bool) -> Folds:
    """
    Cut the rows into folds: groups whole, the shares of the classes alike; rows with a time in its order.

    Return of each fold the positions of training and of test rows. As many folds as groups leave each out once. Raise
    StudyError if there are fewer groups, times, or rows of the rarest class, than folds.
    """
    if dataset.times is not None:
        return list(in_time(dataset, dataset.times, n_folds, seed))
    if n_folds == dataset.groups.nunique() or several(dataset.y):
        stratify = False  # what is left out alone cannot have the shares of the classes, nor can all labels at once
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


def in_time(dataset: Dataset, times: pd.Series, n_folds: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """
    Cut rows in the order of time: the past trains, the next stretch tests, after the gap; equal times stay together.

    Of a panel of new groups a fold tests on groups of its own, which it does not train on; of known groups, on those
    that it trains on. Nothing after the test rows is trained on, so that they need no embargo on that side.

    Notes
    -----
    After Meyer et al. (2018), "Improving performance of spatio-temporal machine learning models using forward feature
    selection and target-oriented validation", Environmental Modelling & Software 101, 1-9: leave out the time alone, or
    the place and the time, as the question is; here times are left out in their order.
    """
    codes, moments = pd.factorize(times, sort=True)
    size = len(moments) // (n_folds + 1)  # of a fold, as TimeSeriesSplit has it
    if len(moments) - n_folds * size <= dataset.gap or not size:
        many = f"{n_folds} is too many for {len(moments)} times" + f" with a gap of {dataset.gap}" * (dataset.gap > 0)
        raise StudyError(f"study/plan.toml: [evaluation] folds: {many}")
    held = np.full(len(codes), -1)  # the fold that tests on the group of a row, where each has groups of its own
    if not dataset.groups.is_unique:
        if n_folds > dataset.groups.nunique():
            many = f"{n_folds} is too many for {dataset.groups.nunique()} groups"
            raise StudyError(f"study/plan.toml: [evaluation] folds: {many}")
        splitter = GroupKFold(n_folds, shuffle=True, random_state=seed)
        for fold, (_, part) in enumerate(splitter.split(codes, groups=dataset.groups)):
            held[part] = fold
    for fold, (before, now) in enumerate(TimeSeriesSplit(n_folds, gap=dataset.gap).split(moments)):
        train, test = codes <= before[-1], np.isin(codes, now)
        if dataset.known is not None:
            test &= dataset.known.isin(dataset.known[train]).to_numpy()
        elif not dataset.groups.is_unique:
            train, test = train & (held != fold), test & (held == fold)
        if not (train.any() and test.any()):
            problem = f"of {n_folds} folds number {fold} has no row to {'test' if train.any() else 'train'} on"
            raise StudyError(f"study/plan.toml: [evaluation] folds: {problem}: take fewer, or other groups")
        yield np.flatnonzero(train), np.flatnonzero(test)


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
    Return what a bootstrap draws whole: the group of each row, or, if it is one, the stretch of time that it lies in.

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
    if dataset.times is None or not dataset.groups.is_unique:
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
