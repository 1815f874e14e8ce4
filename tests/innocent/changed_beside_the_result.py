"""Work on, beside an accepted result: notes, tables and code that no run reads, words and layout of what it reads."""

BASE = "accepted"
LINT = True
VARIANTS = {"other_quotes_and_line_ends": {"LINT": False}, "half_a_draft": {"LINT": False}}
SUPPLEMENT = '''"""Tables of the supplement, made from results/."""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parents[1]


def scores():
    """Return the scores as LaTeX."""
    return pd.read_csv(HERE / "results" / "scores.csv").groupby("name").mean(numeric_only=True).to_latex()
'''


def module_for_the_supplement(study):
    study.write("study/supplement.py", SUPPLEMENT)


def codebook_and_style_beside_the_code(study):
    study.write("study/codebook.tsv", "column\tunit\nbill_depth_mm\tmm\n")
    study.write("study/looks/print.mplstyle", "font.size: 7\n")


def half_a_draft(study):
    study.write("study/gradient.py", "def boosted(seed):\n    return prepared(\n")


def thoughts_in_remarks(study):
    study.edit("study/data.py", "COLUMNS = {\n", "# As the station's protocol of 2007 names them.\nCOLUMNS = {\n")
    study.append("study/models.py", "\n\n# To do: ask Kristen whether nests were visited twice.\n")


def docstring_of_a_class(study):
    study.edit(
        "study/models.py",
        "    In all three species the males",
        "    A rule of thumb, no more.\n\n    In all three species the males",
    )


def example_in_a_docstring(study):
    study.edit("study/models.py", '    True\n    """', '    True\n    >>> DeepBill().get_params()\n    {}\n    """')


def import_for_later_taken_up_and_dropped(study):
    """One that nothing uses, and that a tool lets pass."""
    study.edit("study/models.py", "import numpy as np\n", "import math  # noqa: F401\n\nimport numpy as np\n")


def other_quotes_and_line_ends(study):
    text = study.read("study/models.py").replace('strategy="median"', "strategy='median'")
    study.path("study/models.py").write_bytes(text.replace("\n", "\r\n").encode())


def test_of_ones_own_data(study):
    code = "from study import data\n\n\ndef test_nests_hold_two():\n    rows = data.tidy(data.read())\n"
    study.write("tests/test_nests.py", code + '    assert rows["nest"].value_counts().max() == 2\n')
    study.write(
        "study/test_columns.py", "from study import data\n\n\ndef test_six():\n    assert len(data.COLUMNS) == 6\n"
    )


def package_for_a_notebook(study):
    """One that is installed already, as a part of what works on the study, and that no model knows."""
    study.append("requirements/study.in", "pathspec\n")
    study.harness("lock")
    study.notebook("notebooks/files.ipynb", "import pathspec\n\npathspec.__name__")


def package_named_before_now_without_use(study):
    """It is a part of others, so that no version changes."""
    study.append("requirements/study.in", "matplotlib\n")
    study.harness("lock")
    study.notebook("notebooks/draw.ipynb", "import matplotlib.pyplot as plt\n\nplt.close()")
