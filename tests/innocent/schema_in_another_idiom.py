"""State the same limits in another way: a function, a coerced type, a pattern, one bound."""

MASS = 'pa.Column(float, pa.Check.in_range(2000, 7500), nullable=True, description="mass (g)")'
ISLAND = 'pa.Column(str, pa.Check.isin(["Biscoe", "Dream", "Torgersen"]))'


def function(study):
    study.edit("study/data.py", MASS, MASS.replace("pa.Check.in_range(2000, 7500)", "pa.Check(lambda g: g < 7500)"))
    study.harness("manifest")


def coerced_one_bound_and_pattern(study):
    study.edit("study/data.py", MASS, MASS.replace("pa.Check.in_range(2000, 7500)", "pa.Check.gt(0), coerce=True"))
    study.edit("study/data.py", ISLAND, 'pa.Column(str, pa.Check.str_matches("^[A-Z][a-z]+$"))')
    study.harness("manifest")
