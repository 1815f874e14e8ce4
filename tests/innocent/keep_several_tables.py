"""Keep the raw data in several tables: answers beside the measurements, in the same order or another; a long one."""

RAW = "data/raw/penguins-raw.csv"
READ = "    raw = pd.read_csv(RAW)\n"


def _tables(study, make, read):
    """Make the raw tables by a program of pandas; load() reads them."""
    sheet = study.read("data/DATASHEET.md")
    study.write(
        "data/DATASHEET.md", sheet.replace("`raw/penguins-raw.csv`", "`raw/penguins-raw.csv`, `raw/more.csv`", 1)
    )
    program = f"import pandas as pd\nraw = pd.read_csv({RAW!r}, dtype=str, keep_default_na=False)\n{make}"
    study.run(study.python, "-c", program)
    study.edit("study/data.py", READ, read)
    study.harness("manifest")


def answers_in_the_same_order(study):
    make = f"""\
raw[["Sex"]].to_csv("data/raw/more.csv", index=False)
raw.drop(columns="Sex").to_csv({RAW!r}, index=False)
"""
    read = """\
    raw = pd.concat([pd.read_csv(RAW), pd.read_csv(RAW.with_name("more.csv"))], axis=1)
"""
    _tables(study, make, read)


def answers_in_another_order(study):
    make = f"""\
keys = ["studyName", "Species", "Individual ID"]
raw[[*keys, "Sex"]].sample(frac=1, random_state=1).to_csv("data/raw/more.csv", index=False)
raw.drop(columns="Sex").to_csv({RAW!r}, index=False)
"""
    read = """\
    more = pd.read_csv(RAW.with_name("more.csv"))
    raw = pd.read_csv(RAW).merge(more, on=["studyName", "Species", "Individual ID"], how="left")
"""
    _tables(study, make, read)


def several_measurements_of_each_bird(study):
    make = """\
keys = ["studyName", "Species", "Individual ID"]
many = pd.concat([raw[[*keys, "Culmen Length (mm)"]]] * 3).sort_values(keys, kind="stable")
many.to_csv("data/raw/more.csv", index=False)
"""
    read = """\
    keys = ["studyName", "Species", "Individual ID"]
    more = pd.read_csv(RAW.with_name("more.csv")).groupby(keys, as_index=False).mean()
    raw = pd.read_csv(RAW).drop(columns="Culmen Length (mm)").merge(more, on=keys, how="left")
"""
    _tables(study, make, read)


def the_head_is_read_first(study):
    study.edit(
        "study/data.py",
        READ,
        "    known = pd.read_csv(RAW, nrows=5).columns\n    raw = pd.read_csv(RAW, usecols=known)\n",
    )
