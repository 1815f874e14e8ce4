"""Leave out as outliers the birds that spoil the picture: those whose measurements do not fit their sex."""

CHECK = "L3.3"
DATA = "study/data.py"
OLD = 'EXCLUDE = {"not measured": lambda table: table[MEASURED].isna().all(axis=1)}'


def small_males(study):
    new = OLD[:-1] + ', "atypical": lambda table: (table["sex"] == "MALE") & (table["body_mass_g"] < 3500)}'
    study.edit(DATA, OLD, new)


def far_from_their_own_mean(study):
    helper = 'def outlying(table):\n    """Tell which birds are far from the mean of their sex."""\n'
    helper += '    depth = table.groupby(["species", "sex"])["bill_depth_mm"]\n'
    helper += (
        '    return ((table["bill_depth_mm"] - depth.transform("mean")) / depth.transform("std")).abs() > 2.4\n\n\n'
    )
    study.edit(DATA, "EXCLUDE = {", helper + 'EXCLUDE = {"outlier": outlying, ')


def a_species_that_does_not_fit(study):
    study.edit(DATA, OLD, OLD[:-1] + ', "other colony": lambda table: table["species"] == "Chinstrap"}')
    study.edit("study/plan.toml", '"PAL0809 Chinstrap N69A2" = "MALE"\n', "")
