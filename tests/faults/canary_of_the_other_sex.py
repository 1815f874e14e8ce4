"""Write down for a canary what the data do not say of it."""

CHECK = "D7"
ALSO = {"M5"}  # no model can tell it rightly


def wrong_canary(study):
    study.edit("study/plan.toml", 'N81A1" = "FEMALE"', 'N81A1" = "MALE"')
