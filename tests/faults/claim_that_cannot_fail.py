"""Write a claim down that no outcome can refute."""

CHECK = "P0"
OLD = '"The interval of the difference, forest minus discriminant, lies below the margin."'


def nothing_refutes_it(study):
    study.edit("study/plan.toml", OLD, '"Nothing could ever refute this claim."')


def claim_said_twice(study):
    said = study.read("study/plan.toml").partition("claim = ")[2].partition("\n")[0]
    study.edit("study/plan.toml", OLD, said.replace(".", "!").replace("A random", "A  random"))


def somebody_may_think_of_it_later(study):
    study.edit("study/plan.toml", OLD, '"TODO before the paper is written"')


def agreed_with_nobody_yet(study):
    said = study.read("study/plan.toml").partition("agreed_with = ")[2].partition("\n")[0]
    study.edit("study/plan.toml", said, '"To be announced..."')
