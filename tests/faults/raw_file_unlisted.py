"""Put another file into data/raw, or take one away, and do not list it anew."""

CHECK = "D1"
TABLE = "data/raw/penguins-raw.csv"


def another_season(study):
    study.write("data/raw/penguins-2010.csv", study.read(TABLE).partition("\n")[0] + "\n")


def backup_of_the_table(study):
    study.write("data/raw/old/penguins-raw (copy).csv", study.read(TABLE))


def listed_and_gone(study):
    study.append("data/MANIFEST.sha256", "0" * 64 + "  raw/nests.csv\n")
