"""Take a value that cannot be (the sex ".", a mass of 37 kg) into the raw data, and list the file anew."""

CHECK = "D5"
LINE = (
    'PAL0809,47,Gentoo penguin (Pygoscelis papua),Anvers,Biscoe,"Adult, 1 Egg Stage",N11A1,No,2008-11-09,45.5,13.9,210,'
)


def _put(study, row):
    study.edit("data/raw/penguins-raw.csv", LINE + "4200,FEMALE", LINE + row)
    study.harness("manifest", check=False)


def dot_for_a_sex(study):
    """As in row 268 of the cleaned table that tutorials use."""
    _put(study, "4200,.")


def grams_typed_twice(study):
    _put(study, "42000,FEMALE")
