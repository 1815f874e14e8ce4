"""Read the same table by other means: fewer columns, types stated, numpy, another name for the reader."""

READ = "raw = pd.read_csv(RAW)"
SPECIES = 'species = raw["Species"].str.split().str[0]'
USED = '[*COLUMNS, "Species", "studyName", "Individual ID"]'


def only_the_columns_that_are_used(study):
    more = f'usecols={USED}, dtype={{"Sex": str, "Island": str}}, na_values=["NA"]'
    study.edit("study/data.py", READ, f"raw = pd.read_csv(RAW, {more})")


def numpy_in_between(study):
    study.edit("study/data.py", "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n")
    study.edit("study/data.py", SPECIES, 'species = pd.Series(np.asarray([one.split()[0] for one in raw["Species"]]))')


def rows_sorted_and_limit_above_what_is_there(study):
    study.edit("study/data.py", READ, "raw = pd.read_csv(RAW, nrows=100_000)")
    study.edit("study/data.py", 'name="bird"))', 'name="bird")).sort_index()')


def two_files_put_together(study):
    """The table is split in two, by season; the sum of what is read is what load() gives."""
    lines = study.read("data/raw/penguins-raw.csv").splitlines(keepends=True)
    study.path("data/raw/penguins-raw.csv").unlink()
    for season, starts in {"early": ("PAL0708", "PAL0809"), "late": ("PAL0910",)}.items():
        table = "".join(line for line in lines[1:] if line.startswith(starts))
        study.write(f"data/raw/penguins-{season}.csv", lines[0] + table)
    study.edit("study/data.py", ' / "penguins-raw.csv"', "")
    new = 'raw = pd.concat([pd.read_csv(path) for path in sorted(RAW.glob("*.csv"))], ignore_index=True)'
    study.edit("study/data.py", READ, new)
    study.edit("data/DATASHEET.md", "`raw/penguins-raw.csv`:", "`raw/penguins-early.csv`, `raw/penguins-late.csv`:")
    study.harness("manifest")
