"""Use the names of columns from study/data.py in study/models.py, and spell a path in a docstring."""

LINT = True


def column_names(study):
    study.edit(
        "study/models.py",
        "import OneHotEncoder, StandardScaler\n",
        "import OneHotEncoder, StandardScaler\n\nfrom .data import MEASURED\n",
    )
    study.edit("study/models.py", '(numbers, make_column_selector(dtype_include="number"))', "(numbers, MEASURED)")
    study.edit(
        "study/models.py",
        '"""The models: one function each',
        '"""The models, of data/raw, by read(): one function each',
    )
