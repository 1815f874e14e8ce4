"""Import what happens to be installed, but is named nowhere."""

CHECK = "lint"
PLACE = ("hook id: deptry", "study/data.py:", "DEP003", "'joblib'")
VARIANTS = {
    "within_a_function": {"PLACE": ("hook id: deptry", "study/models.py:", "DEP003", "'scipy'")},
    "in_a_notebook": {"PLACE": ("hook id: notebook-imports", "notebooks/look.ipynb: code cell 2: ", "seaborn")},
    "in_a_notebook_with_commands": {
        "PLACE": ("hook id: notebook-imports", "notebooks/look.ipynb: code cell 2: ", "joblib")
    },
}


def in_a_module(study):
    study.edit("study/data.py", "import pandas as pd\n", "import joblib\nimport pandas as pd\n")


def within_a_function(study):
    study.append("study/models.py", '\n\ndef curve(x):\n    """Smooth."""\n    from scipy import signal\n\n')
    study.append("study/models.py", "    return signal.medfilt(x)\n")


def in_a_notebook(study):
    study.notebook("notebooks/look.ipynb", "%matplotlib inline\n", "import seaborn as sns\nsns.set_theme()\n")


def in_a_notebook_with_commands(study):
    """What happens to be installed as a part of others."""
    study.notebook("notebooks/look.ipynb", "files = !ls\n", "import joblib\n\njoblib.cpu_count()\n")
