"""Change, after the run was accepted, a file that models read though no import at the top of a module names it."""

CHECK = "S1"
BASE = "accepted"
MEDIANS = "        self.medians_ = X.groupby"
TOP = "import numpy as np\n"


def _accepted(study, line, top=""):
    """Let the rule of thumb do more when it is fitted; run and accept that."""
    study.edit("study/models.py", MEDIANS, f"        {line}\n{MEDIANS}")
    study.edit("study/models.py", TOP, f"from pathlib import Path\n\n{TOP}")
    study.edit("study/models.py", "\n\ndef prepared", f"{top}\n\ndef prepared")
    study.commit("A rule that reads")
    study.accept(study.run_id())


def module_imported_while_it_fits(study):
    study.write("study/units.py", '"""Units."""\n\nMM = 1.0\n')
    _accepted(study, "from .units import MM  # noqa: F401")
    study.write("study/units.py", '"""Units."""\n\nMM = 25.4\n')


def table_whose_name_is_put_together(study):
    for species in ("Adelie", "Gentoo"):
        study.write(f"study/rules/{species}.txt", "deeper\n")
    where = 'ROOT = Path(__file__).parent / "rules"\n'
    _accepted(study, 'self.rules_ = [(ROOT / f"{one}.txt").read_text() for one in ("Adelie", "Gentoo")]', where)
    study.write("study/rules/Gentoo.txt", "shallower\n")


def words_that_are_counted(study):
    """What the docstring says is a parameter here."""
    _accepted(study, "self.words_ = len(type(self).__doc__.split())")
    study.edit("study/models.py", "    In all three species the males", "    As a rule. In all three species the males")


def import_of_another_thing_by_the_same_name(study):
    study.edit("study/models.py", "import LogisticRegression\n", "import LogisticRegressionCV as LogisticRegression\n")


def switch_that_is_an_import(study):
    study.edit("study/models.py", TOP, "import warnings\n\n" + TOP + "import study.strict  # noqa: F401\n")
    study.write("study/strict.py", '"""No warning passes."""\n\nimport numpy as np\n\nnp.seterr(all="raise")\n')


def read_where_it_is_there(study):
    """A file that a run looked for in vain, and finds now."""
    where = 'SHIFT = Path(__file__).with_name("shift.toml")\n'
    _accepted(study, "self.shift_ = SHIFT.read_text() if SHIFT.exists() else 0", where)
    study.write("study/shift.toml", "mm = 0.1\n")
