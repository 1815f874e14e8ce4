"""Change the datasheet, the schema or the data, and not their description for machines."""

CHECK = "D4"


def datasheet(study):
    study.edit("data/DATASHEET.md", "license: CC0-1.0", "license: CC-BY-4.0")


def schema(study):
    study.edit("study/data.py", "pa.Check.in_range(2000, 7500)", "pa.Check.in_range(2000, 7000)")


def file_that_the_datasheet_does_not_tell_of(study):
    study.write("data/raw/weather.csv", "day,wind\n2007-11-11,12\n")
    study.harness("manifest", check=False)


def croissant_by_hand(study):
    study.edit("data/croissant.json", '"version": "0.1.6"', '"version": "1.0.0"')
