"""Import modules of the study by name, and speak of imports."""

LINT = True


def ones_own(study):
    study.write("study/curves.py", '"""Curves."""\n\nSTEP = 3\n')
    study.edit("study/models.py", "import numpy as np\n", "import importlib\n\nimport numpy as np\n")
    lines = '    own = importlib.import_module(".curves", __package__), importlib.import_module("study.curves")\n'
    study.append(
        "study/models.py", f'\n\ndef found():\n    """Find them, without __import__."""\n{lines}    return own\n'
    )
