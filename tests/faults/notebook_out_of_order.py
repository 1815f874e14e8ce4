"""Commit a notebook whose cells were run in any order, with outputs, or whose first cells were deleted."""

CHECK = "lint"
PLACE = ("F821", "notebooks/look.ipynb:cell 2:1:1", "`scores`")
VARIANTS = {
    "cells_swapped": {"PLACE": ("F821", "notebooks/look.ipynb:cell 1:1:7", "`total`")},
    "only_a_function_uses_it": {"PLACE": ("F821", "notebooks/look.ipynb:cell 1:2:13", "`scale`")},
    "outputs_kept": {"PLACE": ("hook id: nbstripout", "notebooks/look.ipynb")},
    "run_out_of_order": {"PLACE": ("hook id: nbstripout", "notebooks/look.ipynb")},
}


def cell_deleted(study):
    """The second cell rests on one that is not there any more."""
    study.notebook("notebooks/look.ipynb", "import pandas as pd\n", "scores.groupby('name').mean()\npd.DataFrame()\n")


def cells_swapped(study):
    study.notebook("notebooks/look.ipynb", "print(total)\n", "total = sum(range(5))\n")


def only_a_function_uses_it(study):
    code = "def shown(rows):\n    return [scale * one for one in rows]\n\n\nshown([1, 2])\n"
    study.notebook("notebooks/look.ipynb", code)


def outputs_kept(study):
    study.notebook("notebooks/look.ipynb", "print(0.97)\n", outputs=True)


def run_out_of_order(study):
    study.notebook("notebooks/look.ipynb", "a = 1\n", "b = a + 1\n", counts=[7, 3])
