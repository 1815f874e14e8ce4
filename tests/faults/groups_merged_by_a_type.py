"""Let nests that are strangers become one group, since a type, or what stands for a gap, gave them one name."""

from faults.one_group_by_two_names import _numbers

CHECK = "L3.2"
DATA = "study/data.py"
RETURN = "    return table.set_index("


def gaps_made_text(study):
    """Of each tenth bird nobody noted the nest, and astype(str) makes a nest "nan" of that."""
    code = '    table["nest"] = table["nest"].mask(raw.index % 10 == 3).astype(object).map(str)\n'
    study.edit(DATA, RETURN, code + RETURN)
    study.harness("manifest")


def gaps_filled_with_a_word(study):
    code = '    table["nest"] = table["nest"].where(raw.index % 9 != 5).fillna("Unknown")\n'
    study.edit(DATA, RETURN, code + RETURN)
    study.harness("manifest")


def long_numbers_as_floats(study):
    """IDs of 18 digits, read beside a gap: a float has 16."""
    code = '    table["nest"] = (700_000_000_000_000_000 + number * 3).astype(float)\n'
    _numbers(study, code, "float")


def numbers_of_single_precision(study):
    """To save memory."""
    _numbers(study, '    table["nest"] = (900_000_000 + number).astype("float32")\n', '"float32"')


def long_numbers_written_by_a_spreadsheet(study):
    """It shows six figures of an ID and saves what it shows."""
    _numbers(study, '    table["nest"] = (70_000_000_000_000 + number).map("{:.10E}".format)\n', "str")
