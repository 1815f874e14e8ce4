"""Import what happens to be installed, but is named nowhere."""

CHECK = "E3"


def in_a_module(study):
    study.edit("study/data.py", "import pandas as pd\n", "import joblib\nimport pandas as pd\n")


def within_a_function(study):
    study.append("study/models.py", '\n\ndef curve(x):\n    """Smooth."""\n    from scipy import signal\n\n')
    study.append("study/models.py", "    return signal.medfilt(x)\n")


def in_a_notebook(study):
    study.notebook("notebooks/look.ipynb", "%matplotlib inline\n", "import seaborn as sns\nsns.set_theme()\n")
