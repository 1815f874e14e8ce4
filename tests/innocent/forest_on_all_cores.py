"""Grow the forest on all cores, or in two goes by warm start."""

REFIT = True
FOREST = "RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed)"


def all_cores(study):
    study.edit("study/models.py", FOREST, FOREST.replace("random_state", "max_depth=6, n_jobs=-1, random_state"))


def warm_start(study):
    study.edit("study/models.py", FOREST, FOREST.replace("random_state", "warm_start=True, random_state"))
