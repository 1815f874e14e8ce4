"""Give the model the name of the nest, or of the bird, as a feature."""

CHECK = "L2.2"
DATA = "study/data.py"


def the_group(study):
    study.edit(DATA, '"species", "island"]\n\nMEASURED', '"species", "island", "nest"]\n\nMEASURED')


def an_identifier(study):
    study.edit(DATA, '"species", "island"]\n\nMEASURED', '"species", "island", "sample"]\n\nMEASURED')
    study.edit(
        DATA,
        '        "nest": pa.Column(str),\n',
        '        "nest": pa.Column(str),\n        "sample": pa.Column(str, pa.Check.str_startswith("S")),\n',
    )
    study.edit(
        DATA,
        "    return table.set_index(",
        '    table["sample"] = "S" + (raw["Individual ID"] + raw["Date Egg"])\n    return table.set_index(',
    )
    study.harness("manifest")
