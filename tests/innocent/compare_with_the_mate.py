"""Make a feature within the nest: how much deeper a bill is than the nest's mean. A nest is never parted."""


def as_a_feature(study):
    study.feature("deeper_mm")
    column, old = "pa.Column(float, pa.Check.in_range(-10, 10), nullable=True)", '        "species": pa.Column('
    study.edit("study/data.py", old, f'        "deeper_mm": {column},\n{old}')
    lines = """\
    nests = table.groupby("nest")["bill_depth_mm"]
    table["deeper_mm"] = table["bill_depth_mm"] - nests.transform("mean")
"""
    study.edit("study/data.py", "    return table.set_index(", lines + "    return table.set_index(")
    study.harness("manifest")
