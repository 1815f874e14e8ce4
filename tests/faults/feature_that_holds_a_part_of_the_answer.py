"""Compute a feature with the answer in it: not so much that it tells it alone, but a part."""

CHECK = "L2.3"
DATA, RETURN = "study/data.py", "    return table.set_index("


def heavier_if_male(study):
    """Corrected to the usual mass of its sex."""
    study.edit(DATA, RETURN, '    table["body_mass_g"] += 100.0 * (table["sex"] == "MALE")\n' + RETURN)


def share_of_males_in_the_nest(study):
    """The bird itself is one of the two that are counted; the nest keeps both on one side."""
    share = '    males = (raw["Sex"] == "MALE").groupby(table["nest"]).transform("mean")\n'
    share += '    table["flipper_length_mm"] += males\n'
    study.edit(DATA, RETURN, share + RETURN)


def measured_with_another_calliper(study):
    """The females' bills are corrected by three per mille, which nobody would notice."""
    study.edit(DATA, RETURN, '    table.loc[raw["Sex"].eq("FEMALE"), "bill_length_mm"] *= 1.003\n' + RETURN)
