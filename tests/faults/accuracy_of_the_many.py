"""Take accuracy for the metric where one class has most of the rows."""

CHECK = "F4"


def most_rows_are_one_sex(study):
    """A survey that caught mostly females."""
    study.edit("study/plan.toml", 'metric = "roc_auc"', 'metric = "accuracy"')
    study.edit(
        "study/data.py",
        "EXCLUDE = {",
        'EXCLUDE = {\n    "not in the survey": lambda table: (table["sex"] == "MALE") & (table["bill_depth_mm"] < 19.5),',
    )
