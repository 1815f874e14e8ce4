"""Ask for a difference far smaller than the rows can show, whatever the candidate is."""

CHECK = "P6"
VARIANTS = {"four_rows_per_class": {"ALSO": frozenset({"L3.3"})}}  # it leaves out all of some species


def margin_of_a_thousandth(study):
    """A margin that sounds careful; the interval reaches twenty times as far."""
    study.edit("study/plan.toml", "margin = 0.02 ", "margin = 0.001 ")


def four_rows_per_class(study):
    """A pilot of a few birds."""
    few = '~table["nest"].str.fullmatch(r".*N1[0-3]?")'
    study.edit("study/data.py", "EXCLUDE = {", f'EXCLUDE = {{\n    "not in the pilot": lambda table: {few},\n    ')
    study.no_canaries()
    study.edit("study/plan.toml", "folds = 5\nrepeats = 5", "folds = 2\nrepeats = 5")
