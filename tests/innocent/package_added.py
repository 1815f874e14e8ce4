"""Use one more package: name it in study.in, and lock again."""

LINT = True


def named_and_locked(study):
    """A package that the lock holds already, as a part of others."""
    study.append("requirements/study.in", "joblib\n")
    study.edit("study/data.py", "import pandas as pd\n", "import joblib\nimport pandas as pd\n")
    study.append("study/data.py", "\n\nREAD = joblib.load\n")
    study.run(study.python, "-m", "harness", "lock")


def if_it_is_there(study):
    """Another spelling of an old import, guarded."""
    code = "try:\n    from pandas import NoSuchName\nexcept ImportError:\n    NoSuchName = None\n"
    study.notebook(
        "notebooks/look.ipynb",
        code.rstrip("\n"),
        "from sklearn.inspection import partial_dependence\n\n(partial_dependence, NoSuchName)",
    )


def what_is_offered_after_another_import(study):
    code = "from sklearn.experimental import enable_halving_search_cv  # noqa: F401\n"
    code += "from sklearn.model_selection import HalvingRandomSearchCV\n\nHalvingRandomSearchCV.__doc__"
    study.notebook("notebooks/look.ipynb", code)
