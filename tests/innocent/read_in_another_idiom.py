"""Read the same table in another way: by numpy, the csv module, a chain of methods, with columns and types."""

READ = """\
    return pd.read_csv(RAW)
"""


def with_columns_and_types(study):
    lines = """\
    wanted = ["studyName", "Species", "Individual ID", *COLUMNS]
    return pd.read_csv(RAW, usecols=wanted, dtype={"Body Mass (g)": "float64"}, na_values=["NA"])
"""
    study.edit("study/data.py", READ, lines)


def by_the_csv_module(study):
    study.edit("study/data.py", "from pathlib import Path\n", "import csv\nfrom pathlib import Path\n")
    lines = """\
    with open(RAW, encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file))).replace("NA", None)
"""
    study.edit("study/data.py", READ, lines)


def by_numpy(study):
    study.edit("study/data.py", "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n")
    lines = """\
    head = pd.read_csv(RAW, nrows=0).columns
    cells = np.array([line.split(";") for line in _lines()], dtype=object)
    return pd.DataFrame(cells, columns=head).replace("NA", None)
"""
    study.edit("study/data.py", READ, lines)
    more = '''

def _lines():
    """Read all rows, with a semicolon between the cells."""
    return pd.read_csv(RAW, keep_default_na=False, dtype=str).agg(";".join, axis=1)
'''
    study.append("study/data.py", more)


def in_a_chain(study):
    lines = """\
    return (
        pd.read_csv(RAW)
        .assign(Sex=lambda table: table["Sex"].str.upper(), Island=lambda table: table["Island"].str.strip())
        .sort_values(["studyName", "Species", "Individual ID"])
        .reset_index(drop=True)
    )
"""
    study.edit("study/data.py", READ, lines)


def named_by_number(study):
    """Rows have no name of their own, so their number in the file is it."""
    study.edit(
        "study/data.py",
        'pd.Index(year_and_species + raw["Individual ID"], name="bird")',
        '"bird " + raw.index.astype(str)',
    )
    text = study.read("study/plan.toml")
    for old, new in (
        ("PAL0708 Adelie N10A2", "bird 19"),
        ("PAL0809 Chinstrap N69A2", "bird 313"),
        ("PAL0910 Adelie N81A1", "bird 142"),
    ):
        text = text.replace(old, new)
    study.write("study/plan.toml", text)
    study.edit("study/data.py", "PAL0708 Adelie N1A1", "bird 0")
