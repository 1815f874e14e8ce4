"""Checks for leakage across the seal or a fold; codes as in Kapoor and Narayanan (2023, Patterns 4, 100804)."""

import numpy as np
import pandas as pd

from harness.checks import readers
from harness.checks.registry import NotExercised, accepted, at, check, fails, readable
from harness.checks.tables import line_of
from harness.exceptions import blame

DATA = "study/data.py"


@check("L1.1", "tested-apart")
def tested_apart(root):
    """
    What is reported was predicted for rows that were not trained on: each by the models of the fold that tests it.

    Detected: each row of results/predictions.csv is sought in results/splits.csv; sealed rows and canaries stay out.
    Why: scores on rows that a model has seen say how well it remembers, not how well it tells what is new.
    Do: never make these tables by hand; run and accept again. If harness/ was edited, take that back first.
    """
    folder, _ = accepted(root)
    placed = pd.read_csv(folder / "splits.csv", index_col="row")
    told = pd.read_csv(folder / "predictions.csv", usecols=["name", "row", "fold"])
    told = told.join(placed[["part", "repeat 0"]], on="row")
    file, again = "results/predictions.csv", "run and accept again"
    known, others = (told[(told["part"] == "development") == is_known] for is_known in (True, False))
    for name, part in others[["row", "part"]].drop_duplicates().itertuples(index=False):
        yield at(file, f"is {part}, and no row that a run may predict: {again}", row=name)
    moved = known.loc[known["fold"] != known["repeat 0"], ["row", "fold", "repeat 0"]]
    for name, fold, own in moved.itertuples(index=False):
        yield at(file, f"was tested in fold {fold}, but fold {own:.0f} is its own: {again}", row=name)
    for name in known.loc[known.duplicated(["name", "row"]), "row"].unique():
        yield at(file, f"was tested more than once by the same model: {again}", row=name)


def lessened(root, draw):
    """Load the study with all it reads, and again without half of its largest table (whole groups if possible)."""
    data, time = readers.data(), readable(root).plan.rows.dependence == "time"
    with readers.watched() as seen:
        before = data.load()
    if not seen:
        raise NotExercised("load() reads no table through pandas (pd.read_csv and the like)")
    sizes = [one.rows for one in seen]
    largest, rng = int(np.argmax(sizes)), np.random.default_rng(draw)
    units = before[data.GROUP] if data.GROUP and len(before) == max(sizes) else pd.Series(range(max(sizes)))
    codes, names = pd.factorize(units)
    kept = codes < len(names) * draw / 4 if time else np.isin(codes, rng.permutation(len(names))[: len(names) // 2])

    def half(number, table):
        return table if number != largest else table[kept] if table.index.name else table[kept].reset_index(drop=True)

    with readers.watched(half):
        try:
            after = data.load()
        except Exception as error:  # it is the study's code
            raise blame(error, "load(), when half of the rows are not there", DATA) from error
    return before, after


@check("L1.2", "preprocessing-after-split")
def preprocessing_after_split(root):
    """
    load() makes each row from itself alone, or from the rows of its own group.

    Detected: half of the raw rows are taken away, three times; load() must say the same of those that are left.
    Why: a mean to scale by, a median to impute, a code for a category carry what test rows say into training rows.
    Do: move that step into a pipeline in study/models.py, where it is fitted on the training rows of each fold; if it
        looks at the target, take it out.
    """
    time = readable(root).plan.rows.dependence == "time"
    readers.loaded_twice()
    if fails("D2", root):
        raise NotExercised("load() leaves rows out: D2 says which")
    for draw in (1, 2, 3):
        before, after = lessened(root, draw)
        if set(after.columns) != set(before.columns):
            yield at(DATA, "load(): which columns there are depends on the other rows: name them")
            return
        if not 0 < len(after) < len(before):
            raise NotExercised("load() gives as many rows when half of what it reads is not there")
        if after.index.equals(before.index[: len(after)]) and not time:
            raise NotExercised("load() names rows by their place, so that they cannot be followed")
        strange = after.index.difference(before.index)
        if len(strange):
            yield at(DATA, "load(): its name depends on the other rows: take it from what the row says", row=strange[0])
            return
        group = readers.data().GROUP
        if group:
            sizes = before[group].map(before[group].value_counts())
            kept = after[group].map(after[group].value_counts())
            after = after[(kept == sizes.loc[after.index]) | after[group].ne(before.loc[after.index, group])]
        one, two = (table.loc[after.index, before.columns].astype(object) for table in (before, after))
        differs = (one != two) & ~(one.isna() & two.isna())
        for column in differs.columns[differs.any()]:
            row = differs.index[differs[column]][0]
            was, now = one.loc[row, column], two.loc[row, column]
            was, now = (f"{one:.6g}" if isinstance(one, float) else repr(one) for one in (was, now))
            says = f"is {was}, but {now} when other rows are missing: compute it in a pipeline in study/models.py"
            yield at(DATA, says, row=row, column=column)
        if differs.any(axis=None):
            return


def shuffled(table, rng):
    """Shuffle each column by itself, so that nothing tells anything."""
    return table.apply(lambda column: column.iloc[rng.permutation(len(column))].set_axis(column.index))


def stated(data):
    """What study/data.py has to state before anyone looks at a row."""
    names = {name: getattr(data, name, None) for name in ("FEATURES", "TARGET", "GROUP", "TIME", "CANARIES")}
    return names | {"EXCLUDE": list(getattr(data, "EXCLUDE", {})), "SCHEMA": list(data.SCHEMA.columns)}


@check("L1.3", "selection-in-fold")
def selection_in_fold(root):
    """
    Which columns are features, and which rows are canaries or left out, is written down, not computed from the rows.

    Detected: study/data.py is executed again while the columns of all it reads are shuffled; it must state the same.
    Why: features that were chosen by how well they tell the target, on all rows, have seen the test rows' answers.
    Do: write FEATURES down, or select inside a pipeline (sklearn.feature_selection) in study/models.py.
    """
    readable(root)
    now = stated(readers.data())

    for draw in (1, 2, 3):
        rng = np.random.default_rng(draw)
        with readers.watched(lambda number, table, rng=rng: shuffled(table, rng)) as seen:
            try:
                with readers.executed_anew(root) as module:
                    then = stated(module)
            except Exception as error:  # it is the study's code
                raise NotExercised(f"study/data.py cannot be executed on shuffled data: {error}") from None
        for name in now:
            if now[name] != then[name]:
                says = f"{name} is computed from the rows (on shuffled data it is {then[name]!r}): write down what"
                says += " the question is about, or select inside a pipeline in study/models.py"
                yield at(DATA, says, line_of(root, name, None))
        if not seen or now != then:
            return
