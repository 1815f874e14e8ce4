"""Name group and time of a panel, and do not say whether the groups that are tested are known or new."""

CHECK = "P0"


def not_said(study):
    study.in_panel("known groups")
    study.edit("study/plan.toml", 'panel = "known groups"', "")


def new_groups_with_no_share(study):
    """Some groups have to be sealed, else none is new."""
    study.in_panel("new groups")
    study.edit("study/plan.toml", "sealed = 0.3\n", "")
