"""Read the same table in another way: by numpy, the csv module, a chain of methods, with columns and types."""

LOAD = """\
    raw = pd.read_csv(RAW)
"""


def with_columns_and_types(study):
    lines = """\
    wanted = ["studyName", "Species", "Individual ID", *COLUMNS]
    raw = pd.read_csv(RAW, usecols=wanted, dtype={"Body Mass (g)": "float64"}, na_values=["NA"])
"""
    study.edit("study/data.py", LOAD, lines)


def by_the_csv_module(study):
    study.edit("study/data.py", "from pathlib import Path\n", "import csv\nfrom pathlib import Path\n")
    lines = """\
    with open(RAW, encoding="utf-8", newline="") as file:
        raw = pd.DataFrame(list(csv.DictReader(file))).replace("NA", None)
"""
    study.edit("study/data.py", LOAD, lines)


def by_numpy(study):
    study.edit("study/data.py", "import pandas as pd\n", "import numpy as np\nimport pandas as pd\n")
    lines = """\
    head = pd.read_csv(RAW, nrows=0).columns
    cells = np.array([line.split(";") for line in _lines()], dtype=object)
    raw = pd.DataFrame(cells, columns=head).replace("NA", None)
"""
    study.edit("study/data.py", LOAD, lines)
    more = '''

def _lines():
    """Read all rows, with a semicolon between the cells."""
    return pd.read_csv(RAW, keep_default_na=False, dtype=str).agg(";".join, axis=1)
'''
    study.append("study/data.py", more)


def in_a_chain(study):
    lines = """\
    raw = (
        pd.read_csv(RAW)
        .assign(Sex=lambda table: table["Sex"].str.upper(), Island=lambda table: table["Island"].str.strip())
        .sort_values(["studyName", "Species", "Individual ID"])
        .reset_index(drop=True)
    )
"""
    study.edit("study/data.py", LOAD, lines)


def named_by_number(study):
    """Rows have no name of their own, so their number in the file is it."""
    study.edit(
        "study/data.py",
        'pd.Index(year_and_species + raw["Individual ID"], name="bird")',
        '"bird " + raw.index.astype(str)',
    )
    text = study.read("study/data.py")
    for old, new in (
        ("PAL0708 Adelie N10A2", "bird 19"),
        ("PAL0809 Chinstrap N69A2", "bird 313"),
        ("PAL0910 Adelie N81A1", "bird 142"),
    ):
        text = text.replace(old, new)
    study.write("study/data.py", text.replace("PAL0708 Adelie N1A1", "bird 0"))
