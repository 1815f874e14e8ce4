"""Occlusion: how an output changes without a word of a text, or without a part of an image or a signal."""

import functools
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from harness import cells
from harness.inspection.shap import Output

WORDS, SHOWN = 40, 10  # words that are taken out of one text, one after the other; words that are told
PARTS = {1: 16, 2: 8}  # of a signal along its only axis; of an image along each of its two
CHANNELS = 4  # an axis as short as this, the last or the first of three, holds the colours

Say = Callable[[list[int], list[Any]], np.ndarray]  # from places of rows, and what stands there instead, to outputs


def occlusion(output: Output, shown: int, X_train: pd.DataFrame, rows: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    """
    Take away words of texts and parts of arrays, each alone, and see by how much an output changes.

    Parameters
    ----------
    output, shown : callable, int
        What the model says of rows, an array of shape (rows, outputs), and which of these is looked at.
    X_train, rows : pandas.DataFrame
        Rows that the model was fitted on, and unseen ones that are explained.

    Returns
    -------
    list of dict
        Of each column of texts or arrays ``feature`` and ``kind``. Of texts ``words``, the `SHOWN` that move the output
        most (Li, Monroe and Jurafsky 2016, arXiv:1612.08220): each with the number of ``rows`` that were asked, mean
        ``change`` of the output by its being there, and ``sd``. Of arrays ``sizes`` of the parts along each axis, and
        ``change``, a list for each row of parts: the mean absolute change when a part is as in the mean of the training
        rows (Zeiler and Fergus 2014, ECCV); or ``why`` there is none.
    """

    def say(name: str, places: list[int], values: list[Any]) -> np.ndarray:
        other = rows.iloc[places]
        return output(other.assign(**{name: pd.Series(values, other.index, object).astype(rows[name].dtype)}))[:, shown]

    found = []
    for name, column in X_train.items():
        if (kind := cells.kind(column)) == "value":
            continue
        known = [(place, cell) for place, cell in enumerate(rows[name]) if np.ndim(cell) or pd.notna(cell)]
        of_column = functools.partial(say, str(name))
        told = by_word(of_column, known, seed) if kind == "text" else by_part(of_column, known, column.dropna())
        found.append({"feature": name, "kind": kind} | told)
    return found


def by_word(say: Say, known: list[tuple[int, str]], seed: int) -> dict[str, Any]:
    """Take each word out of each text, wherever it stands in it; of a long text some words, by chance."""
    rng, tried = np.random.default_rng(seed), []
    for place, text in known:
        words = sorted({word.lower() for word in cells.WORD.findall(text)})
        for word in rng.permutation(words)[:WORDS].tolist():
            tried.append((place, word, cells.WORD.sub(functools.partial(without, word), text)))
    if not tried:
        return {"words": []}
    before = dict(zip([place for place, _ in known], say(*map(list, zip(*known, strict=True))), strict=True))
    changes = defaultdict(list)
    for (place, word, _), after in zip(tried, say([one[0] for one in tried], [one[2] for one in tried]), strict=True):
        changes[word].append(float(before[place] - after))
    most = sorted(changes, key=lambda word: (-sum(map(abs, changes[word])), word))[:SHOWN]
    return {"words": [{"word": word, "rows": len(changes[word])} | spread(changes[word]) for word in most]}


def spread(changes: list[float]) -> dict[str, float | None]:
    """Return mean and standard deviation; None for that of one."""
    return {"change": float(np.mean(changes)), "sd": float(np.std(changes, ddof=1)) if len(changes) > 1 else None}


def without(out: str, found: re.Match[str]) -> str:
    """Return a word as it is, or nothing of the one that is taken out."""
    return "" if found[0].lower() == out else found[0]


def by_part(say: Say, known: list[tuple[int, Any]], train: pd.Series) -> dict[str, Any]:
    """Put each part of the mean of the training rows into each array."""
    try:
        shapes = {np.asarray(cell, float).shape for cell in [*train, *(cell for _, cell in known)]}
    except (TypeError, ValueError):
        return {"why": "lists or arrays that are not all numbers"}
    shape = shapes.pop()
    axes = axes_of(shape)
    if shapes or not axes or not known:
        return {"why": "arrays of other shapes" if shapes else "arrays of a shape that is no signal's and no image's"}
    mean = np.mean([np.asarray(cell, float) for cell in train], axis=0)
    cuts = [np.array_split(np.arange(shape[axis]), min(shape[axis], PARTS[len(axes)])) for axis in axes]
    places = [place for place, _ in known]
    before = say(places, [cell for _, cell in known])
    change: list[list[float]] = []
    for down in cuts[0] if len(axes) == 2 else [None]:
        change.append([])
        for across in cuts[-1]:
            part: list[Any] = [slice(None)] * len(shape)
            part[axes[-1]] = slice(across[0], across[-1] + 1)
            if down is not None:
                part[axes[0]] = slice(down[0], down[-1] + 1)
            other = [covered(cell, tuple(part), mean) for _, cell in known]
            change[-1].append(float(np.abs(say(places, other) - before).mean()))
    return {"sizes": [[len(part) for part in cut] for cut in cuts], "change": change}


def axes_of(shape: tuple[int, ...]) -> list[int]:
    """
    Return the axes of an array along which a signal or an image can be cut.

    Examples
    --------
    >>> axes_of((500,)), axes_of((16, 16)), axes_of((32, 32, 3)), axes_of((3, 32, 32)), axes_of((9, 9, 9))
    ([0], [0, 1], [0, 1], [1, 2], [])
    """
    if len(shape) == 3 and min(shape[0], shape[-1]) <= CHANNELS:
        return [0, 1] if shape[-1] <= CHANNELS else [1, 2]
    return list(range(len(shape))) if len(shape) in PARTS else []


def covered(cell: Any, part: tuple[slice, ...], mean: np.ndarray) -> Any:
    """Return a copy of an array, or of a list like one, with a part of the mean in it."""
    array = np.array(cell)
    array[part] = mean[part].astype(array.dtype)
    return array if isinstance(cell, np.ndarray) else array.tolist()
