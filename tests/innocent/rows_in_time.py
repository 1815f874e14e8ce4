"""Ask about the future: rows in the order of time, as dates or numbers; or of a panel, of known groups or new ones."""


def dates(study):
    study.in_time('pd.to_datetime(raw["Date Egg"])', "2009-11-01")


def numbers(study):
    study.in_time(
        'pd.to_datetime(raw["Date Egg"]).dt.year * 366 + pd.to_datetime(raw["Date Egg"]).dt.dayofyear', 735_600
    )


def difference_to_the_row_before(study):
    """A row may know what came earlier."""
    day = 'pd.to_datetime(raw["Date Egg"])\n    table = table.sort_values("day", kind="stable")\n'
    day += "    raw = raw.loc[table.index]\n    year_and_species = year_and_species.loc[table.index]\n"
    day += '    table["body_mass_g"] = table["body_mass_g"].shift(1).fillna(4000.0)'
    study.in_time(day, "2009-11-01")


def panel_of_known_sites(study):
    """The place of a nest is on both sides, and may be a feature."""
    study.in_panel("known groups")
    study.feature("site")


def panel_of_new_sites(study):
    """A row may know what was measured earlier at its place."""
    study.in_panel("new groups")
    before = '    table = table.assign(place=raw.index).sort_values(["site", "day", "place"])\n'
    before += '    table["body_mass_g"] = table.groupby("site")["body_mass_g"].shift(1)\n'
    before += '    table = table.sort_values("place").drop(columns="place")\n'
    study.edit("study/data.py", "    return table.set_index(", before + "    return table.set_index(")
    study.harness("manifest")
