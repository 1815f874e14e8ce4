"""Scale, impute or encode the whole table in tidy(), because it is shorter there than in a pipeline."""

CHECK = "L1.2"
DATA, RETURN = "study/data.py", "    return table.set_index("


def standardised(study):
    """The other columns' way to be comparable, before anything is split."""
    scaled = '    table["body_mass_g"] = 4200 + 500 * (table["body_mass_g"] - table["body_mass_g"].mean()) / table["body_mass_g"].std()\n'
    study.edit(DATA, RETURN, scaled + RETURN)


def gaps_filled_with_the_median(study):
    study.edit(DATA, RETURN, "    table[MEASURED] = table[MEASURED].fillna(table[MEASURED].median())\n" + RETURN)


def encoded_by_the_target(study):
    """Target encoding, spread over two lines and a helper."""
    study.edit(
        DATA,
        "\n\ndef tidy(raw):",
        '\n\ndef share_of_males(birds):\n    """Tell how many are male."""\n    return (birds == "MALE").mean()\n\n\ndef tidy(raw):',
    )
    encoded = '    shares = table.groupby("island")["sex"].transform(share_of_males)\n    table["body_mass_g"] += 100 * shares\n'
    study.edit(DATA, RETURN, encoded + RETURN)


def mean_of_a_place_over_all_years(study):
    """In a panel: the years to come are in it."""
    study.in_panel("known groups")
    mean = '    table["body_mass_g"] = table.groupby("site")["body_mass_g"].transform("mean")\n'
    study.edit(DATA, RETURN, mean + RETURN)
    study.harness("manifest")
