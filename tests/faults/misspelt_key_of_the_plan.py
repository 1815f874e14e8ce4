"""Misspell a key of the plan, or name in it what the study does not have."""

CHECK = "P0"


def misspelt(study):
    study.edit("study/plan.toml", "falsified_by = ", "falsifed_by = ")


def forgotten(study):
    study.edit("study/plan.toml", "margin = 0.02", "# margin = 0.02")


def variant_of_no_parameter(study):
    study.edit("study/plan.toml", "[ablations]", "[variants]\ndeep = { depth = [2, 4] }\n\n[ablations]")


def renamed_model(study):
    study.edit("study/models.py", "def discriminant(seed):", "def linear_discriminant(seed):")
