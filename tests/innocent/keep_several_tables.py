"""Keep the raw data in several tables: answers beside the measurements, in the same order or another; a long one."""

RAW = "data/raw/penguins-raw.csv"
READ = "    return pd.read_csv(RAW)\n"


def _tables(study, make, read):
    """Make the raw tables by a program of pandas; read() gives them."""
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
    return pd.concat([pd.read_csv(RAW), pd.read_csv(RAW.with_name("more.csv"))], axis=1)
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
    return pd.read_csv(RAW).merge(more, on=["studyName", "Species", "Individual ID"], how="left")
"""
    _tables(study, make, read)


def several_measurements_of_each_bird(study):
    """Each in a row of its own; the birds are the units."""
    make = """\
keys = ["studyName", "Species", "Individual ID"]
raw = raw.assign(Bird=raw[keys].agg(" ".join, axis=1))
raw[["Bird", "Culmen Length (mm)"]].loc[raw.index.repeat(3)].to_csv("data/raw/more.csv", index=False)
raw.drop(columns="Culmen Length (mm)").to_csv("data/raw/penguins-raw.csv", index=False)
"""
    read = """\
    return {"birds": pd.read_csv(RAW), "bills": pd.read_csv(RAW.with_name("more.csv"))}
"""
    _tables(study, make, read)
    lines = """\
    bills = raw["bills"].groupby("Bird", as_index=False).mean()
    raw = raw["birds"].merge(bills, on="Bird", how="inner")
"""
    species = '    species = raw["Species"]'
    study.edit("study/data.py", species, lines + species)
    study.edit("study/plan.toml", 'group = "nest"', 'unit = "Bird"\ngroup = "nest"')


def parts_of_one_table(study):
    """A table for each year, as a dict."""
    make = """\
raw[raw["studyName"] != "PAL0708"].to_csv("data/raw/more.csv", index=False)
raw[raw["studyName"] == "PAL0708"].to_csv("data/raw/penguins-raw.csv", index=False)
"""
    _tables(
        study,
        make,
        """\
    return {path.stem: pd.read_csv(path) for path in sorted(RAW.parent.glob("*.csv"))}
""",
    )
    species = '    species = raw["Species"]'
    study.edit("study/data.py", species, "    raw = pd.concat(raw.values(), ignore_index=True)\n" + species)


def the_head_is_read_first(study):
    study.edit(
        "study/data.py",
        READ,
        "    known = pd.read_csv(RAW, nrows=5).columns\n    return pd.read_csv(RAW, usecols=known)\n",
    )
