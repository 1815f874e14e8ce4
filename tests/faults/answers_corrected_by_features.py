"""Correct the answers by what the features say, so that both agree."""

CHECK = "L2.4"
DATA, RETURN = "study/data.py", "    return table.set_index("


def heavy_females_were_noted_wrongly(study):
    code = '    table.loc[table["body_mass_g"] > 5300, "sex"] = "MALE"\n'
    study.edit(DATA, RETURN, code + RETURN)


def unknown_ones_by_their_bill(study):
    """Where the sex was not noted, the depth of the bill decides."""
    code = '    guess = (table["bill_depth_mm"] > 17).map({True: "MALE", False: "FEMALE"})\n'
    code += '    table["sex"] = table["sex"].fillna(guess)\n'
    study.edit(DATA, RETURN, code + RETURN)


def by_a_rule_for_each_species(study):
    """In a helper, from the raw columns."""
    helper = '''

def sexed(raw):
    """Return the sex; a Gentoo with short flippers and a short bill is a female, whatever was noted."""
    small = (raw["Flipper Length (mm)"] < 212) & (raw["Culmen Length (mm)"] < 46.5)
    return raw["Sex"].mask(small & raw["Species"].str.startswith("Gentoo"), "FEMALE")


def tidy(raw):'''
    study.edit(DATA, "\n\ndef tidy(raw):", helper)
    study.edit(DATA, RETURN, '    table["sex"] = sexed(raw)\n' + RETURN)
