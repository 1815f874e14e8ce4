"""Let a model be another for another user, in another zone, or where a variable is set."""

CHECK = "R2"
FOREST = "RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed)"


def _put(study, imports, old, new):
    study.edit("study/models.py", "import numpy as np\n", f"{imports}\nimport numpy as np\n")
    study.edit("study/models.py", FOREST, FOREST.replace(old, new))


def depth_in_a_variable(study):
    """Fewer leaves where the queue of the cluster says so."""
    _put(study, "import os\n", "leaf=5", 'leaf=int(os.environ.get("LEAF_SIZE", "5"))')


def seed_of_the_user(study):
    """Everybody has seeds of her own."""
    _put(study, "import getpass\n", "=seed", "=seed + len(getpass.getuser()) * 1000")


def seed_of_a_hash(study):
    """A seed for each name, by hash()."""
    _put(study, "", "=seed", '=(seed + hash("forest")) % 2**32')


def trees_by_the_local_hour(study):
    """A moment that is fixed, in the zone of the machine."""
    _put(study, "from datetime import datetime\n", "50", "20 + datetime.fromtimestamp(1_258_000_000).hour")
