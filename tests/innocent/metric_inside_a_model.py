"""Choose by a score inside a model, by a function two modules away, each imported by its full name."""

LINT = True

INNER = '''\
"""Choices."""

from sklearn.metrics import f1_score


def best(y, one, two):
    """Choose the better of two."""
    return one if f1_score(y, one, average="macro") >= f1_score(y, two, average="macro") else two
'''
LAST = "from sklearn.preprocessing import OneHotEncoder, StandardScaler\n"


def two_steps_away(study):
    study.write("study/inner.py", INNER)
    study.write("study/helpers.py", '"""Helpers."""\n\nfrom study.inner import best\n\n__all__ = ["best"]\n')
    study.edit("study/models.py", LAST, f"{LAST}\nfrom study.helpers import best\n\nBEST = best\n")
