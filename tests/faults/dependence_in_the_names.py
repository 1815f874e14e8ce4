"""Drop the column of the nest, or number the birds anew, although names of rows or raw columns still know the nest."""

CHECK = "L3.2"
DATA, PLAN = "study/data.py", "study/plan.toml"
SCHEMA = '        "nest": pa.Column(str),\n'
NEST = '    table["nest"] = year_and_species + raw["Individual ID"].str.extract(r"^(N\\d+)A", expand=False)\n'
INDEX = 'pd.Index(year_and_species + raw["Individual ID"], name="bird")'
DOCTEST = "[\"nest\", \"sex\"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']"


def _nest(study, code="", kind="str"):
    """Let the nest be something else, or nothing."""
    study.edit(DATA, NEST, f'    table["nest"] = {code}\n' if code else "")
    study.edit(DATA, SCHEMA, f'        "nest": pa.Column({kind}),\n' if code else "")
    study.edit(DATA, DOCTEST, "\"sex\"]\n    'MALE'")


def _names(study, code, birds):
    """Let the rows have other names; ``birds`` are those of the three canaries and the example."""
    study.edit(DATA, INDEX, code)
    text = study.read(PLAN)
    old = ("PAL0708 Adelie N10A2", "PAL0809 Chinstrap N69A2", "PAL0910 Adelie N81A1")
    for name, new in zip(old, birds, strict=False):
        text = text.replace(name, new)
    study.write(PLAN, text)
    study.edit(DATA, 'loc["PAL0708 Adelie N1A1"', f'loc["{birds[3]}"')


def the_column_dropped(study):
    """Rows are taken for independent; N1A1 and N1A2 remain."""
    study.ungroup()
    _nest(study)
    study.harness("manifest")


def named_by_rank_and_nest(study):
    """The bird before the nest: A1 of N1, A2 of N1."""
    study.ungroup()
    _nest(study)
    turned = 'raw["Individual ID"].str.replace(r"(N\\d+)(A\\d)", r"\\2 of \\1", regex=True)'
    birds = ("A2 of N10, PAL0708 Adelie ", "A2 of N69, PAL0809 Chinstrap ", "A1 of N81, PAL0910 Adelie ")
    _names(study, f'pd.Index({turned} + ", " + year_and_species, name="bird")', (*birds, "A1 of N1, PAL0708 Adelie "))
    study.harness("manifest")


def numbered_and_the_raw_id_left(study):
    """Only a column of the raw file still tells the nest."""
    study.ungroup()
    _nest(study)
    _names(study, 'pd.Index("bird " + raw.index.astype(str))', ("bird 19", "bird 313", "bird 142", "bird 0"))
    study.harness("manifest")


def the_date_of_the_egg_left(study):
    """Neither names nor IDs tell the nest any more; mates have the date of one egg."""
    raw = "data/raw/penguins-raw.csv"
    head, *lines = study.read(raw).splitlines(keepends=True)
    lines = [line.replace(line.split('"')[2].split(",")[1], f"B{n}", 1) for n, line in enumerate(lines, 1)]
    study.write(raw, "".join([head, *lines]))
    study.ungroup()
    _nest(study)
    birds = [
        f"{name} B{n}" for n, name in ((20, "PAL0708 Adelie"), (314, "PAL0809 Chinstrap"), (143, "PAL0910 Adelie"))
    ]
    _names(study, INDEX, (*birds, "PAL0708 Adelie B1"))
    study.harness("manifest")


def a_group_of_each_name(study):
    """The group is the whole name of a row."""
    _nest(study, 'year_and_species + raw["Individual ID"]')
    study.harness("manifest")


def a_group_of_each_measurement(study):
    """The group is told by what was measured, so that hardly two rows have one."""
    sizes = [f'raw["{name}"].fillna(0).astype(str)' for name in ("Culmen Length (mm)", "Body Mass (g)")]
    _nest(study, f"species + {sizes[0]} + {sizes[1]}")
    study.harness("manifest")


def the_nest_and_the_sex(study):
    """The group names more than the nest, and so parts the mates."""
    _nest(study, NEST.partition(" = ")[2].strip() + ' + raw["Sex"].fillna("?")')
    study.harness("manifest")


def buckets_of_a_hash(study):
    """The group is the bucket that a hash of the row's name falls into."""
    study.edit(DATA, "import pandas as pd\n", "import zlib\n\nimport pandas as pd\n")
    _nest(study, '(year_and_species + raw["Individual ID"]).map(lambda name: str(zlib.crc32(name.encode()) % 150))')
    study.harness("manifest")


def the_number_within_the_species(study):
    """The group is a number that each species begins anew."""
    _nest(study, 'raw["Sample Number"].astype(str).radd("bird ")')
    study.harness("manifest")
