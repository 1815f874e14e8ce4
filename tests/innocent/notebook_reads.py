"""Read results in a notebook, and plot them; the usual tricks of notebooks are no faults."""

LINT = True

CELLS = [
    """\
%matplotlib inline
from pathlib import Path

import numpy as np
""",
    """\
%%time
files = !ls
total = sum(len(name) for name in files)
for index, name in enumerate(files):
    print(name, index, total)
""",
    """\
def mean_of(rows, by=lambda row: row):
    found = [by(row) for row in rows]
    return np.mean(found) * factor
""",
    """\
factor = 2
if (n := len(files)) and n > 1:
    display(mean_of([1, 2]), index, total, _)
""",
    """\
class Look:
    size = 3
    twice = size * 2

    def shown(self):
        return self.size, __name__
""",
    """\
%%bash
echo $HOME | wc
""",
    """\
line = np.polynomial.Polynomial.fit([1, 2, 3], [1, 2, 4], 1)
try:
    line(2)
except ValueError as error:
    print(error)
""",
    """\
with open(Path("x").name + ".txt", "a") as file:
    print({**{k: v for k, v in zip("ab", "cd", strict=True)}}, file=file)
""",
    """\
%%capture shown
first, *rest = [1, 2]
""",
    """\
import os.path as p

shown.show(), rest, p  # noqa: F821 - a name that %%capture made
""",
]


def plots(study):
    study.notebook("notebooks/plots.ipynb", *(cell.rstrip("\n") for cell in CELLS))
