"""Take one bird of each nest, for independent; names and raw columns hold dates, codes and measures that tell nothing."""

DATA, RAW = "study/data.py", "data/raw/penguins-raw.csv"
DOCTEST = (
    '>>> tidy(read()).loc["PAL0708 Adelie N1A1", ["nest", "sex"]].tolist()\n    [\'PAL0708 Adelie N1\', \'MALE\']\n'
)
INDEX = 'pd.Index(year_and_species + raw["Individual ID"], name="bird")'


def _one_of_each_nest(study, column="", cell=lambda n, cells: "", index=INDEX):
    """Keep the first or second bird of a nest, by turns, with another raw column."""
    head, *lines = study.read(RAW).splitlines()
    kept = [line for n, line in enumerate(lines) if n % 2 == n // 2 % 2]
    if column:
        head += f",{column}"
        kept = [f"{line},{cell(n, line.split(','))}" for n, line in enumerate(kept)]
    study.write(RAW, "\n".join([head, *kept]) + "\n")
    study.ungroup()
    nest = next(line for line in study.read(DATA).splitlines(keepends=True) if line.startswith('    table["nest"] = '))
    study.edit(DATA, nest, "")
    study.edit(DATA, '        "nest": pa.Column(str),\n', "")
    study.edit(DATA, DOCTEST, ">>> len(tidy(read())) > 150\n    True\n")
    study.edit(DATA, INDEX, index)
    study.edit("study/plan.toml", "folds = 5", "folds = 4")
    study.no_canaries()
    study.harness("manifest")


def as_they_are(study):
    """With the date of the egg, which follows species and year."""
    _one_of_each_nest(study)


def another_measurement(study):
    """A whole number that goes with the sex, and that the plan leaves out."""
    _one_of_each_nest(
        study, "Wing (mm)", lambda n, cells: 100 + (n * 7) % 11 + 13 * ("MALE" in cells) + int(cells[1]) % 5
    )


def named_by_codes(study):
    """By what a random generator gave: beginnings and ends of them mean nothing."""
    code = 'pd.Index([f"{n * 7919 % 9973 % 26 + 65:c}{n * 104729 % 9967 % 26 + 65:c}{n * 6007 % 9949}" for n in number], name="bird")'
    _one_of_each_nest(study, "No", lambda n, cells: n + 1, index=code.replace("for n in number", 'for n in raw["No"]'))


def born_on_a_day(study):
    """The date of birth, of which a feature is made: its order is that of the age."""
    _one_of_each_nest(study, "Born", lambda n, cells: f"200{n * 3 % 6}-0{1 + n % 9}-1{n % 7}")
    study.edit("study/plan.toml", '_g", "species", "island"]', '_g", "species", "island", "age"]')
    old = '        "species": pa.Column('
    study.edit(DATA, old, f'        "age": pa.Column(float, pa.Check.in_range(0, 12)),\n{old}')
    line = '    table["age"] = (pd.Timestamp("2011-01-01") - pd.to_datetime(raw["Born"])).dt.days / 365.25\n'
    study.edit(DATA, "    return table.set_index(", line + "    return table.set_index(")
    study.harness("manifest")


def noted_by_many(study):
    """Who noted it, one of forty people, each for a few birds here and there."""
    _one_of_each_nest(study, "Noted by", lambda n, cells: f"observer {n * 29 % 41}")
