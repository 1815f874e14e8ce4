"""Ask a question that the rows can just answer, or for a first look with few folds."""

REFIT = True


def half_of_the_margin(study):
    study.edit("study/plan.toml", "margin = 0.02 ", "margin = 0.01 ")


def few_folds(study):
    study.quick()


def difference_of_many_margins_expected(study):
    """Noted, not refused: such a difference would be seen."""
    study.edit("study/plan.toml", "margin = 0.02 ", "margin = 0.005 ")
