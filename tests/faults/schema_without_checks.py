"""Write a schema that names the columns and their types, and refuses nothing."""

CHECK = "D6"
SEX = '"sex": pa.Column(str, pa.Check.isin(["FEMALE", "MALE"]), nullable=True)'
MASS = '"body_mass_g": pa.Column(float, pa.Check.in_range(2000, 7500), nullable=True, description="mass (g)")'


def types_only(study):
    start, _, rest = study.read("study/data.py").partition("SCHEMA = pa.DataFrameSchema(\n")
    end = rest.partition("    index=pa.Index")[2]
    made = "{name: pa.Column(float, nullable=True) for name in MEASURED}"
    made += ' | {name: pa.Column(str, nullable=True) for name in ["species", "island", "nest", "sex"]},\n'
    study.write("study/data.py", f"{start}SCHEMA = pa.DataFrameSchema(\n    {made}    index=pa.Index{end}")
    study.harness("manifest")


def dot_kept_as_a_class(study):
    """The check was in the way of the birds of unknown sex."""
    study.edit("study/data.py", SEX, '"sex": pa.Column(str)')
    old = '    table["species"] = species\n'
    study.edit("study/data.py", old, old + '    table["sex"] = table["sex"].fillna(".")\n')
    study.harness("manifest")


def check_that_is_always_true(study):
    column = '"body_mass_g": pa.Column(float, pa.Check(lambda mass: mass == mass), nullable=True)'
    study.edit("study/data.py", MASS, column)
    study.harness("manifest")
