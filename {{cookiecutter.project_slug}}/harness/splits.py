"""Splits: sealed test rows by identity, folds by group. Rows that depend on each other never part."""

import hashlib

from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from . import StudyError

SPLITTERS = {  # (stratified, grouped)
    (False, False): KFold,
    (False, True): GroupKFold,
    (True, False): StratifiedKFold,
    (True, True): StratifiedGroupKFold,
}


def sealed(groups, share, seed):
    """
    Tell which rows are sealed: a hash of the group decides, so that new or reordered rows move no old one.

    Examples
    --------
    >>> import pandas as pd
    >>> seal = sealed(pd.Series([str(n // 2) for n in range(2000)]), 0.2, seed=0)
    >>> bool(abs(seal.mean() - 0.2) < 0.04)
    True
    """
    fraction = {
        group: int(hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()[:12], 16) / 16**12 for group in set(groups)
    }
    return groups.map(fraction) < share


def folds(dataset, n_folds, seed, stratify):
    """
    Cut the rows into folds: groups whole and, if stratified, the shares of the classes alike.

    Returns
    -------
    list of (train, test)
        Positions of rows.

    Raises
    ------
    StudyError
        If there are fewer groups, or rows of the rarest class, than folds.
    """
    rarest = dataset.y.value_counts().min() if stratify else len(dataset.y)
    if n_folds > min(rarest, dataset.groups.nunique()):
        raise StudyError(
            f"study/plan.toml: [evaluation] folds: {n_folds} is too many for {dataset.groups.nunique()} groups"
            + (f" and {rarest} rows of the rarest class" if stratify else "")
        )
    groups = None if dataset.groups.is_unique else dataset.groups
    splitter = SPLITTERS[stratify, groups is not None](n_folds, shuffle=True, random_state=seed)
    return list(splitter.split(dataset.X, dataset.y, groups))
