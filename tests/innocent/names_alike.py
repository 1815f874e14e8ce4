"""Name groups so that they look alike and are not: by signs, points, letters of other alphabets."""

DATA = "study/data.py"
RETURN = "    return table.set_index("
DOCTEST = "[\"nest\", \"sex\"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']"


def _nest(study, code, kind="str"):
    """Make other names of the nest's."""
    study.edit(DATA, RETURN, f"    {code}\n{RETURN}")
    study.edit(DATA, '"nest": pa.Column(str),', f'"nest": pa.Column({kind}),')
    study.edit(DATA, DOCTEST, "\"sex\"]\n    'MALE'")
    study.harness("manifest")


def signs_and_points(study):
    """East and west of a line, in steps of 0.05: 1.05 is not 1.5, and -1 is not 1."""
    number = 'raw["Individual ID"].str.extract(r"(\\d+)", expand=False).astype(int)'
    _nest(study, f'table["nest"] = year_and_species + (({number} - 50) / 20).map("{{:g}}".format)')


def plus_and_minus(study):
    """Grades, or blood groups."""
    number = 'raw["Individual ID"].str.extract(r"(\\d+)", expand=False).astype(int)'
    sign = f'({number} % 2).map({{0: "+", 1: "-"}})'
    _nest(study, f'table["nest"] = year_and_species + "AB" + ({number} // 2).astype(str) + "B" + {sign}')


def floats_that_are_short(study):
    """Whole numbers that pandas read as floats, and that a float holds."""
    number = 'raw["Individual ID"].str.extract(r"^N(\\d+)A", expand=False).astype(float)'
    kind = '100 * raw["studyName"].str[-1].astype(int) + species.str.len()'
    _nest(study, f'table["nest"] = {number} + 1000 * ({kind})', "float")


def letters_of_other_alphabets(study):
    """Names that differ in a letter, whatever it looks like."""
    letters = '{"Adelie": "\\u03b1", "Chinstrap": "a", "Gentoo": "\\u0430"}'
    _nest(study, f'table["nest"] = species.map({letters}) + table["nest"]')
