"""Improve a model, or the data's preparation, after the run was accepted, and keep the result."""

CHECK = "S1"
BASE = "accepted"


def more_trees(study):
    study.edit("study/models.py", "n_estimators=50", "n_estimators=500")


def one_more_feature(study):
    study.edit("study/models.py", 'strategy="median"', 'strategy="mean"')


def other_rows_left_out(study):
    study.edit("study/data.py", "table[MEASURED].isna().all(axis=1)", "table[MEASURED].isna().any(axis=1)")
