"""Let a model follow the time of day, the number of CPUs or the working folder, not only its seed."""

CHECK = "R2"
FOREST = "RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed)"


def _put(study, imports, new):
    study.edit("study/models.py", "import numpy as np\n", f"{imports}\nimport numpy as np\n")
    study.edit("study/models.py", FOREST, new)


def as_many_trees_as_cpus(study):
    _put(study, "import os\n", FOREST.replace("50", "20 * os.cpu_count()"))


def the_date_of_today(study):
    _put(study, "from datetime import datetime\n", FOREST.replace("=seed", "=seed + datetime.now().year"))


def the_folder_it_is_run_in(study):
    _put(study, "from pathlib import Path\n", FOREST.replace("50", 'len(list(Path("study").glob("*.py"))) * 9 or 1'))
