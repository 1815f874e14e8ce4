"""Forget that two birds share a nest: take the rows for independent, so that mates come on both sides of a split."""

CHECK = "L3.2"


def no_group(study):
    study.ungroup()


def under_another_name(study):
    study.ungroup()
    study.edit("study/data.py", '        "nest": pa.Column(str),\n', '        "place": pa.Column(str),\n')
    study.edit("study/data.py", '    table["nest"] = ', '    table["place"] = ')
    study.harness("manifest")


def a_number_of_the_nest(study):
    study.ungroup()
    study.edit("study/data.py", '        "nest": pa.Column(str),\n', '        "place": pa.Column(int),\n')
    study.edit(
        "study/data.py",
        '    table["nest"] = year_and_species + raw["Individual ID"].str.extract(r"^(N\\d+)A", expand=False)\n',
        '    table["place"] = raw["Individual ID"].str.extract(r"^N(\\d+)A", expand=False).astype(int)\n',
    )
    study.edit(
        "study/data.py", "[\"nest\", \"sex\"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']", "\"sex\"]\n    'MALE'"
    )
    study.harness("manifest")
