"""Let one nest have two names, by how somebody wrote it or what a type made of it, so that the mates are parted."""

CHECK = "L3.2"
DATA, RAW = "study/data.py", "data/raw/penguins-raw.csv"
SPECIES = '    species = raw["Species"].str.split().str[0]\n'
STUDY = 'year_and_species = raw["studyName"] + " "'
SECOND = '    second = raw["Individual ID"].str.endswith("2")\n'
OF = "PAL0708 Adelie N1"


def _after_the_nest(study, code):
    """Change the nest of the second birds once it is made."""
    study.edit(DATA, "    return table.set_index(", f"{SECOND}    {code}\n    return table.set_index(")
    study.harness("manifest")


def in_capitals(study):
    """One of two field books is written in capitals."""
    _after_the_nest(study, 'table["nest"] = table["nest"].mask(second & (raw.index < 40), table["nest"].str.upper())')


def a_space_at_the_end(study):
    """A cell of a spreadsheet keeps what was typed."""
    _after_the_nest(study, 'table["nest"] += second.map({True: " ", False: ""})')


def a_space_that_does_not_break(study):
    """Copied from a page of the web."""
    _after_the_nest(study, 'table["nest"] = table["nest"].mask(second, table["nest"].str.replace(" ", "\\u00a0"))')


def a_mark_of_no_width(study):
    """Of a file that begins with it."""
    _after_the_nest(study, 'table["nest"] = table["nest"].mask(raw.index == 1, "\\ufeff" + table["nest"])')


def letters_that_are_put_together(study):
    """macOS writes an accent as a sign of its own, others do not."""
    study.edit(DATA, "import pandas as pd\n", "import unicodedata\n\nimport pandas as pd\n")
    code = 'table["nest"] = table["nest"].str.replace("Adelie", "Ad\\u00e9lie")\n'
    code += '    table["nest"] = [unicodedata.normalize("NFD" if two else "NFC", name)\n'
    code += '                     for two, name in zip(second, table["nest"], strict=True)]'
    _after_the_nest(study, code)


def zeros_in_front(study):
    """N1 in one year, N01 as the next observer writes it."""
    padded = 'table["nest"].str.replace(r"N(\\d)$", r"N0\\1", regex=True)'
    _after_the_nest(study, f'table["nest"] = table["nest"].mask(second, {padded})')


def a_hyphen_for_a_space(study):
    """Two ways to join the parts of a name."""
    hyphened = 'table["nest"].str.replace(" ", "-").mask(raw.index % 4 == 0, table["nest"].str.replace(" ", "_"))'
    _after_the_nest(study, f'table["nest"] = table["nest"].mask(second & (raw.index > 99), {hyphened})')


def _numbers(study, code, kind):
    """Let the nest be a number; 1000 for each year and species."""
    nest = next(line for line in study.read(DATA).splitlines(keepends=True) if line.startswith('    table["nest"] = '))
    known = '    kind = 100 * raw["studyName"].str[-1].astype(int) + species.str.len()\n'
    known += '    number = 1000 * kind + raw["Individual ID"].str.extract(r"^N(\\d+)A", expand=False).astype(int)\n'
    study.edit(DATA, nest, f"{known}{SECOND}{code}")
    study.edit(DATA, '"nest": pa.Column(str),', f'"nest": pa.Column({kind}),')
    study.edit(DATA, "[\"nest\", \"sex\"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']", "\"sex\"]\n    'MALE'")
    study.harness("manifest")


def whole_and_with_a_point(study):
    """One of two tables had a gap, and pandas made floats of its numbers; then both are made text."""
    code = '    table["nest"] = number.astype(str).mask(second, number.astype(float).astype(str))\n'
    _numbers(study, code, "str")


def numbers_and_texts_in_one_column(study):
    """Numbers of one table, texts of another, in a column of objects."""
    code = '    table["nest"] = number.astype(object).mask(second, "0" + number.astype(str))\n'
    _numbers(study, code, "object")


def in_figures_of_full_width(study):
    """Typed on a keyboard for Japanese."""
    code = "    wide = number.astype(str).str.translate({48 + n: 0xFF10 + n for n in range(10)})\n"
    _numbers(study, code + '    table["nest"] = number.astype(str).mask(second, wide)\n', "str")


def in_a_panel(study):
    """One year is written in capitals, so that a place that was trained on is tested as a new one."""
    study.in_panel("new groups")
    code = 'table["site"] = table["site"].mask(raw["studyName"] == "PAL0809", table["site"].str.upper())'
    study.edit(DATA, "    return table.set_index(", f"    {code}\n    return table.set_index(")
    study.harness("manifest")
