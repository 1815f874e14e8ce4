"""Take accuracy for the metric where one class has most of the rows."""

CHECK = "F4"
ALSO = {"L3.3"}  # such a survey leaves rows out by their answer


def most_rows_are_one_sex(study):
    """A survey that caught mostly females."""
    study.edit("study/plan.toml", 'metric = "roc_auc"', 'metric = "accuracy"')
    mask = '(table["sex"] == "MALE") & table["nest"].str[-1].isin([*"1345678"])'
    study.edit("study/data.py", "EXCLUDE = {", f'EXCLUDE = {{\n    "not in the survey": lambda table: {mask},\n    ')
