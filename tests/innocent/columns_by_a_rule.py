"""Pick the columns to prepare by a rule about their names."""


def comprehension(study):
    measured = 'MEASURED = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]\n'
    study.edit("study/data.py", measured, "")
    columns = '    "Sex": "sex",\n}\n'
    rule = 'MEASURED = [name for name in COLUMNS.values() if name.endswith(("_mm", "_g"))]\n'
    study.edit("study/data.py", columns, columns + rule)
