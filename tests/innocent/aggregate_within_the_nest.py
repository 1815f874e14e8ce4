"""Compute in tidy() what a bird's nest says: a mean over its own group, which is never parted."""

DATA = "study/data.py"


def mean_mass_of_the_nest(study):
    study.feature("nest_mass_g")
    column = '        "nest_mass_g": pa.Column(float, pa.Check.in_range(2000, 7500), nullable=True),\n'
    study.edit(DATA, '        "nest": pa.Column(str),\n', '        "nest": pa.Column(str),\n' + column)
    line = next(one for one in study.read(DATA).splitlines(keepends=True) if one.startswith('    table["nest"] = '))
    study.edit(DATA, line, line + '    table["nest_mass_g"] = table.groupby("nest")["body_mass_g"].transform("mean")\n')
    study.harness("manifest")
