"""Have a copy of a canary among the rows that models are trained on, under another name."""

CHECK = "D7"
FILE = "data/raw/penguins-raw.csv"
INDEX = '    return table.set_index(pd.Index(year_and_species + raw["Individual ID"], name="bird"))'


def _copy(study, name):
    (line,) = (
        one for one in study.read(FILE).splitlines() if "PAL0708" in one and ",N10A2," in one and "Adelie" in one
    )
    study.append(FILE, line.replace(",N10A2,", f",{name},") + "\n")
    study.harness("manifest")


def entered_twice(study):
    _copy(study, "N10A3")
