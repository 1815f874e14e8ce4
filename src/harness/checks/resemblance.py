"""Resemblance: rows that belong together by a name, a raw column or a time that the plan does not name."""

import re
import unicodedata
from collections import defaultdict

import numpy as np
import pandas as pd

from harness.cells import comparable
from harness.checks import perturbation
from harness.checks.engine import NotExercised
from harness.checks.pairs import Rows, neighbours, same
from harness.exceptions import StudyError

ALIKE = 0.8  # of the distance by chance
ENDS = (r"(\d+|[^\W\d_]+)[\W_]*$", r"^[\W_]*(\d+|[^\W\d_]+)")  # of a name: what tells members of a group apart
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
MISSING = {"", "nan", "<na>", "nat", "none", "null", "n/a", "#n/a", "?", "-", ".", "unknown", "missing"}
ROUNDED = re.compile(r"\d(\.\d+)?[eE]\+\d+")  # what a program makes of a long whole number


def plain(name):
    """
    Return a name without what a reader overlooks: case, accents, spaces, signs between words, zeros in front.

    Examples
    --------
    >>> plain(" Sankt-J\u00fcrgen 07"), plain("SANKT JURGEN_7"), plain("7.0"), plain("-1"), plain("A+"), plain("1.05")
    ('sankt jurgen7', 'sankt jurgen7', '7', '-1', 'a+', '1 05')
    """
    text = unicodedata.normalize("NFKD", name).casefold().strip(" \t\r\n.,;")
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    text = re.sub(r"^(-?\d+)\.0+$", r"\1", text)
    text = re.sub(r"(?<![\d.])0+(?=\d)", "", text)
    text = re.sub(r"(?<=\w)(?!\s-\d)[\s._/\u2010-\u2015-]+(?=\w)", " ", text)
    return re.sub(r"(?<=[^\W\d]) (?=\d)|(?<=\d) (?=[^\W\d])", "", text)


def misnamed(groups, column):
    """Yield a sentence for each two names that are most likely of one group, and for each that is no name of one."""
    names, known = defaultdict(list), sorted(groups.unique())
    for name in known:
        names[plain(name)].append(name)
        if name.strip().casefold() in MISSING:
            yield f"{(groups == name).sum()} rows are of group {name!r}: a missing value is no group; EXCLUDE them"
    most = 2 ** (np.finfo(column.dtype).nmant + 1) if pd.api.types.is_float_dtype(column) else np.inf
    if rounded := [name for name in known if ROUNDED.fullmatch(name) or (most < np.inf and float(name) > most)]:
        message = (
            f"group {min(rounded)!r} is a long number that was rounded, so that several groups may have become one"
        )
        yield f"{message}: read it as text"
    for first, *others in names.values():
        if others:
            message = f"groups {first!r} and {others[0]!r} have almost the same name, and are kept as two"
            yield f"{message}: give one group one name in tidy(), and two groups names that nobody mistakes"


def dates(values):
    """Return a column as dates, if it holds dates; else None."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    texts = values.dropna()
    if not pd.api.types.is_numeric_dtype(values) and len(texts) and texts.astype(str).str.match(DATE).mean() > 0.95:
        return pd.to_datetime(values, format="mixed", dayfirst="." in str(texts.iloc[0]), errors="coerce")
    return None


def between(keys):
    """Whether keys are neither one of each row nor those of a few large classes."""
    return len(keys) / 10 < keys.nunique() < 0.9 * len(keys)


def stems(names):
    """Yield names without their last part, and without their first, where that makes groups of rows."""
    texts = names.astype(str)
    for end in ENDS:
        if between(stem := texts.str.replace(end, "", regex=True)):
            yield stem


def feeds(subject, column):
    """Whether features or target are made from a column of the largest raw table: then its values are no names."""
    tables, before, _ = perturbation.baseline(subject)
    name, rows = perturbation.largest(tables)
    mixed = rows[column].sample(frac=1, random_state=0).to_numpy()
    told = [*subject.plan.data.features, *subject.plan.data.targets]
    try:
        after = perturbation.tidy(subject, tables | {name: rows.assign(**{column: mixed})})
    except StudyError:
        return True
    made, was = (sorted(map(str, table[told].to_numpy(object).tolist())) for table in (after, before))
    return made != was


def raw_columns(subject, rows):
    """Yield name and values, of these rows, of each raw column, if each row of the table is made of one raw row."""
    try:
        tables, table, _ = perturbation.baseline(subject)
    except NotExercised:
        return
    raw = comparable(perturbation.largest(tables)[1])
    if len(raw) == len(table):
        places = table.index[perturbation.sources(subject)]
        for column in raw:
            yield column, pd.Series(raw[column].to_numpy(), places).loc[rows]


def grouping(rows, values):
    """Whether rows of one value say more of each other's target than those of the next value, as in a measurement."""
    number = pd.api.types.is_numeric_dtype(values)
    if not between(values) or (number and (values.dropna() % 1 != 0).any()):
        return False
    told = rows.answered(*same(values))
    return told > 1 - ALIKE and not (number and rows.answered(*neighbours(values)) > ALIKE * told)


def bond(rows, values):
    """Return by what of a column rows say something of each other's target; "" if by nothing."""
    if (times := dates(values)) is not None:
        close = max(rows.answered(*pairs(times)) for pairs in (same, neighbours))
        return "that are close in time, by" if close > 1 - ALIKE else ""
    if grouping(rows, values):
        return "of one value in"
    if pd.api.types.is_numeric_dtype(values):  # the first digits of a measurement are no name
        return ""
    return "of one beginning in" if any(rows.answered(*same(stem)) > 1 - ALIKE for stem in stems(values)) else ""


def undeclared(subject):
    """Yield by what rows belong together although each is a group of its own: a part of the name, a column, a time."""
    known, columns = subject.study.development, subject.plan.data
    rows, names = Rows(known), known.X.index
    if any(rows.alike(*same(stem)) < ALIKE for stem in stems(pd.Series(names, names))):
        yield "rows whose names differ in one part only are alike"
    table = comparable(subject.study.table).loc[names].drop(columns=[*columns.features, *columns.targets])
    answers = ", ".join(columns.targets)
    for column, values in table.items():
        if shared := bond(rows, values):
            yield f"rows {shared} column {column!r} tell each other's {answers}"
    for column, values in raw_columns(subject, names):
        if (shared := bond(rows, values)) and not feeds(subject, column):
            yield f"rows {shared} the raw column {column!r} tell each other's {answers}"


def parted(subject):
    """Return two rows of different groups and names that differ in one part, if such are more alike than a group."""
    known = subject.study.development
    rows, names = Rows(known), known.X.index
    within = rows.alike(*same(known.groups))
    for stem in stems(pd.Series(names, names)):
        first, second = same(stem)
        apart = known.groups.to_numpy()[first] != known.groups.to_numpy()[second]
        first, second = first[apart], second[apart]
        if rows.alike(first, second) < min(ALIKE, within):
            return names[first[0]], names[second[0]]
    return None
