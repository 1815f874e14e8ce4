"""Write the features down by a rule about their names, and pair the columns in a loop."""


def comprehension(study):
    study.edit(
        "study/data.py",
        'FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "species", "island"]\n',
        "",
    )
    study.edit(
        "study/data.py",
        '    "Sex": "sex",\n}\n',
        '    "Sex": "sex",\n}\nFEATURES = [name for name in COLUMNS.values() if name.endswith(("_mm", "_g"))] + ["species", "island"]\n',
    )
