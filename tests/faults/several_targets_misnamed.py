"""Name several targets that no classifier can have, or canaries that would need one."""

CHECK = "P0"
PLAN = "study/plan.toml"


def texts(study):
    """Several labels of a row are 0 or 1 each."""
    study.no_canaries()
    study.edit(PLAN, 'target = "sex"', 'target = ["sex", "island"]')
    study.edit(PLAN, '"species", "island"]\ngroup', '"species"]\ngroup')


def canaries(study):
    study.edit(PLAN, 'target = "sex"', 'target = ["sex", "nest"]')


def twice(study):
    study.no_canaries()
    study.edit(PLAN, 'target = "sex"', 'target = ["sex", "sex"]')
