"""Leave a random_state out, or write a number there, or the time, as tutorials do."""

CHECK = "R1"
FOREST = "RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed)"


def left_out(study):
    study.edit("study/models.py", FOREST, "RandomForestClassifier(n_estimators=100)")


def forty_two_inside_a_bagging(study):
    study.edit(
        "study/models.py",
        "import RandomForestClassifier",
        "import BaggingClassifier, ExtraTreesClassifier, RandomForestClassifier",
    )
    bag = "BaggingClassifier(ExtraTreesClassifier(30, random_state=42), n_estimators=3, random_state=seed)"
    study.edit("study/models.py", f"prepared({FOREST})", f"prepared({bag})")
    plan = study.read("study/plan.toml").replace('"randomforestclassifier__', '"baggingclassifier__estimator__')
    study.write("study/plan.toml", plan)


def by_the_time(study):
    study.edit("study/models.py", "import numpy as np", "import time\n\nimport numpy as np")
    study.edit("study/models.py", FOREST, FOREST.replace("=seed", "=time.time_ns() % 2**32"))
