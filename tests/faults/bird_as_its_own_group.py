"""Take every bird for a group of its own, although two of them share a nest."""

CHECK = "L3.2"


def every_bird_is_its_own_group(study):
    study.edit("study/plan.toml", 'group = "nest"', 'group = "bird"')
    study.edit(
        "study/data.py",
        '        "nest": pa.Column(str),\n',
        '        "nest": pa.Column(str),\n        "bird": pa.Column(str),\n',
    )
    study.edit(
        "study/data.py",
        "    return table.set_index(",
        '    table["bird"] = year_and_species + raw["Individual ID"]\n    return table.set_index(',
    )
    study.harness("manifest")
