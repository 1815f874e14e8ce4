"""Read the whole table in a model, past the harness that keeps the test rows apart."""

CHECK = "lint"
PLACE = ("TID251", "study/models.py:", "study.data.read")
VARIANTS = {
    "by_a_path": {"PLACE": ("hook id: raw-file", "study/models.py:", 'pd.read_csv("data/raw/penguins-raw.csv")')},
    "in_a_module_beside_it": {"PLACE": ("TID251", "study/typical.py:11:", "study.data.RAW")},
}
OLD = '        self.medians_ = X.groupby("species")["bill_depth_mm"].median().to_dict()\n'


def by_load(study):
    study.edit("study/models.py", "\n\ndef prepared(", "\nfrom .data import read, tidy\n\n\ndef prepared(")
    study.edit("study/models.py", OLD, OLD.replace("X.groupby", "tidy(read()).groupby"))


def by_a_path(study):
    study.edit("study/models.py", "import numpy as np\n", "import numpy as np\nimport pandas as pd\n")
    lines = """\
        birds = pd.read_csv("data/raw/penguins-raw.csv")
        birds = birds.assign(name=birds["Species"].str.split().str[0])
        self.medians_ = birds.groupby("name")["Culmen Depth (mm)"].median().to_dict()
"""
    study.edit("study/models.py", OLD, lines)


def in_a_module_beside_it(study):
    study.write(
        "study/typical.py",
        '''"""Typical birds."""

import csv
from pathlib import Path

from . import data as birds


def depths():
    """List all depths of bills."""
    with open(Path(birds.RAW), encoding="utf-8") as file:
        return [row["Culmen Depth (mm)"] for row in csv.DictReader(file)]
''',
    )
    study.edit("study/models.py", "\n\ndef prepared(", "\nfrom . import typical\n\n\ndef prepared(")
    study.edit("study/models.py", OLD, "        self.all_ = typical.depths()\n" + OLD)
