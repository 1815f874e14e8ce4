"""Change the datasheet, the schema or the data, and not their description for machines."""

CHECK = "N1"


def _made(study):
    """Make the description for the first time, before there is a result."""
    study.harness("card")
    study.commit("Describe")


def datasheet(study):
    _made(study)
    study.edit("data/DATASHEET.md", "license: CC0-1.0", "license: CC-BY-4.0")


def schema(study):
    _made(study)
    study.edit("study/data.py", "pa.Check.in_range(2000, 7500)", "pa.Check.in_range(2000, 7000)")


def file_that_the_datasheet_does_not_tell_of(study):
    _made(study)
    study.write("data/raw/weather.csv", "day,wind\n2007-11-11,12\n")
    study.harness("manifest", check=False)


def croissant_by_hand(study):
    _made(study)
    study.edit("data/croissant.json", '"version": "0.1.6"', '"version": "1.0.0"')
