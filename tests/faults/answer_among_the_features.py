"""Take in a column that was made from the answer, or noted after it."""

CHECK = "L2.1"
ELSE = {"L2.3"}
DATA, RETURN = "study/data.py", "    return table.set_index("


def _feature(study, column, schema, code):
    study.feature(column)
    study.edit(
        DATA, '        "nest": pa.Column(str),\n', f'        "nest": pa.Column(str),\n        "{column}": {schema},\n'
    )
    study.edit(DATA, RETURN, code + RETURN)
    study.harness("manifest")


def size_relative_to_its_sex(study):
    """A size class that was read off a table for each sex."""
    code = (
        '    table["expected_mass_g"] = table["sex"].map({"MALE": 4500.0, "FEMALE": 3900.0}) + table["bill_depth_mm"]\n'
    )
    _feature(study, "expected_mass_g", "pa.Column(float, pa.Check.in_range(3000, 6000), nullable=True)", code)


def only_one_sex_has_the_entry(study):
    """The number of eggs is noted for females; for males the field is empty."""
    code = '    table["eggs"] = raw["Sample Number"].mod(2).add(1.0).where(table["sex"] != "MALE")\n'
    _feature(study, "eggs", "pa.Column(float, pa.Check.in_range(0, 5), nullable=True)", code)


def a_code_that_begins_with_the_sex(study):
    code = '    table["ring"] = table["sex"].fillna("U").str[0] + "-" + table["species"].str[:2]\n'
    _feature(study, "ring", "pa.Column(str, pa.Check.str_length(4))", code)
