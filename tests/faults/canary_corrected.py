"""State for a canary what the model says, not what the data say."""

CHECK = "D7"


def other_sex(study):
    study.edit("study/plan.toml", '"PAL0910 Adelie N81A1" = "FEMALE"', '"PAL0910 Adelie N81A1" = "MALE"')


def another_canary_without_a_look(study):
    study.edit("study/plan.toml", '"PAL0708 Adelie N10A2" = "MALE"', '"PAL0708 Adelie N1A2" = "MALE"')
