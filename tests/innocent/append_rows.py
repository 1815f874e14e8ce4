"""Add the rows of another season to the raw table, and list and describe it anew."""

LINE = (
    'PALYEAR,{},Chinstrap penguin (Pygoscelis antarctica),Anvers,Dream,"Adult, 1 Egg Stage",'
    "N{}A{},Yes,2009-11-21,{},{},{},{},{},NA,NA,NA\n"
)


def and_list_them(study):
    line = LINE.replace("YEAR", "0910")
    rows = [(69, 101, 1, 51.9, 18.6, 203, 4025, "MALE"), (70, 101, 2, 47.1, 17.3, 194, 3510, "FEMALE")]
    study.append("data/raw/penguins-raw.csv", "".join(line.format(*row) for row in rows))
    study.harness("manifest")


def as_a_second_table(study):
    """The two are put one below the other."""
    line = LINE.replace("YEAR", "1011")
    rows = [(1, 1, 1, 51.9, 18.6, 203, 4025, "MALE"), (2, 1, 2, 47.1, 17.3, 194, 3510, "FEMALE")]
    head = study.read("data/raw/penguins-raw.csv").splitlines()[0]
    study.write("data/raw/penguins-2010.csv", head + "\n" + "".join(line.format(*row) for row in rows))
    study.edit(
        "study/data.py",
        "return pd.read_csv(RAW)",
        'return pd.concat([pd.read_csv(RAW), pd.read_csv(RAW.with_name("penguins-2010.csv"))], ignore_index=True)',
    )
    sheet = study.read("data/DATASHEET.md")
    study.write(
        "data/DATASHEET.md",
        sheet.replace("`raw/penguins-raw.csv`", "`raw/penguins-raw.csv` and `raw/penguins-2010.csv`", 1),
    )
    study.harness("manifest")
