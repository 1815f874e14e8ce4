"""Leave the canaries among the rows that are trained on."""

CHECK = "M5"
ALSO = {"D2", "D7", "E2"}  # they are on two sides then, and the judge is edited


def kept_among_the_others(study):
    study.edit_judge("method/inputs.py", "rest = known.take(~canary)", "rest = known")
