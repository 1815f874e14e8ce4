"""Leave the canaries among the rows that are trained on."""

CHECK = "M5"
ALSO = {"D2", "D7", "H1"}  # they are on two sides then, and harness/ is edited


def kept_among_the_others(study):
    study.edit("harness/inputs.py", "known.take(~known.y.index.isin(canaries))", "known")
