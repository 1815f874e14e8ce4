"""Word the plan's sentences otherwise, short or long, before there is a result."""

OLD = '"The interval of the difference, forest minus discriminant, lies below the margin."'


def nothing_but(study):
    study.edit("study/plan.toml", OLD, '"Nothing but an interval above the margin; any below it refutes the claim."')


def short(study):
    study.edit("study/plan.toml", OLD, '"It is not better."')


def no_outcome_within(study):
    study.edit("study/plan.toml", OLD, '"No difference, or one that is smaller than a biologist would see."')
    study.edit("study/plan.toml", "folds = 5\nrepeats = 5", "folds = 8\nrepeats = 1")
