"""What a run can depend on: of study/ and the lock what code names; in doubt everything."""

import pytest
import shipped

from harness import files, reads
from harness.fits import keys

HEAD = "from pathlib import Path\n\nHERE = Path(__file__).parent\n\n\n"
UNREAD = "def draw(axes):\n    axes.plot([1])\n"


@pytest.fixture
def root(tmp_path):
    """A study of its own, to be changed."""
    return shipped.copy(tmp_path / "mine")


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


READ = {
    "imported in a function": ("trim.py", "def f(x):\n    from study import trim\n    return trim.to(x)\n"),
    "imported relative, as another": ("parts/trim.py", "from .parts import trim as t\n\nT = t\n"),
    "package": ("parts/__init__.py", "import study.parts.one\n"),
    "import computed": ("trim.py", "import importlib\n\nT = importlib.import_module('study.tr' + 'im')\n"),
    "by __import__": ("trim.py", "T = __import__('study.tr' + 'im')\n"),
    "by exec": ("trim.py", "exec((HERE / ('tr' + 'im' + '.p' + 'y')).read_text())\n"),
    "text of a module": ("trim.py", "T = [(HERE / f'{name}.py').read_text() for name in ('tr' + 'im',)]\n"),
    "named by its stem": ("limits.toml", "T = (HERE / 'limits').with_suffix('.to' + 'ml').read_text()\n"),
    "named by its suffix": ("adelie.csv", "def f(name):\n    return (HERE / f'{name}.csv').read_text()\n"),
    "suffix after %": ("b1.npy", "def f(n):\n    return open(HERE / ('b%d.npy' % n))\n"),
    "suffix of its own": ("b1.npy", "def f(n):\n    return open(str(HERE) + '/b' + str(n) + '.npy')\n"),
    "listed": ("b1.npy", "T = sorted(HERE.glob('*'))\n"),
    "folder named": ("weights/b1.npy", "def f(n):\n    return open(HERE / 'weights' / str(n))\n"),
    "without a suffix": ("vocabulary", "T = open(HERE / 'vocabulary')\n"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), READ.values(), ids=READ)
def test_what_code_names_or_may_reach_is_read(root, name, code):
    write(root, f"study/{name}", UNREAD if name.endswith(".py") else "1")
    assert f"study/{name}" not in reads.study(root)
    write(root, "study/extra.py", HEAD + code)
    assert not {f"study/{name}", "study/extra.py"} & {*reads.study(root)}
    write(
        root, "study/models.py", (root / "study/models.py").read_text("utf-8") + "\nfrom .extra import HERE\n\nHERE\n"
    )
    assert {f"study/{name}", "study/extra.py"} <= {*reads.study(root)}


def test_a_benchmark_that_the_plan_names_is_read(root):
    write(root, "study/rings.py", UNREAD)
    assert "study/rings.py" not in reads.study(root)
    plan = (root / files.PLAN).read_text("utf-8")
    write(root, files.PLAN, f"# rings are drawn elsewhere\n{plan}")
    assert "study/rings.py" not in reads.study(root)
    write(root, files.PLAN, plan.replace('benchmark = "load_breast_cancer"', 'benchmark = "rings"'))
    assert "study/rings.py" in reads.study(root)


SAME = {
    "remark": ("def forest(seed):", "# A remark.\ndef forest(seed):"),
    "docstring": ('"""Random forest, smaller', '"""Random forest, by Breiman, smaller'),
    "no docstring": ('    """Logistic regression."""\n', ""),
    "layout": ("LogisticRegression(max_iter=1000,", "LogisticRegression(\n        max_iter=1000,"),
    "unused import": ("import numpy as np\n", "import math\nfrom itertools import chain\n\nimport numpy as np\n"),
    "unused part": ("import RandomForestClassifier\n", "import BaggingClassifier, RandomForestClassifier\n"),
}
OTHER = {
    "value": ("max_iter=1000", "max_iter=900"),
    "import that switches on": ("import numpy as np\n", "import numpy as np\nimport sklearnex\n"),
    "experimental": ("import numpy", "from sklearn.experimental import enable_iterative_imputer\nimport numpy"),
    "all of it": ("import numpy", "from math import *\nimport numpy"),
    "another of the same name": ("import SimpleImputer\n", "import KNNImputer as SimpleImputer\n"),
    "future": ('names them."""\n', 'names them."""\n\nfrom __future__ import annotations\n'),
    "docstring that is read": ("import numpy", "WORDS = len(__doc__ or '')\nimport numpy"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [*SAME.values(), *OTHER.values()], ids=[*SAME, *OTHER])
def test_code_counts_by_what_it_does(root, old, new):
    before, path = keys.study_code(root), root / "study/models.py"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    keys.study_code.cache_clear()
    assert (keys.study_code(root) == before) == ((old, new) in SAME.values())


def test_a_docstring_counts_where_code_reads_it(root):
    path = root / "study/models.py"
    path.write_text(path.read_text("utf-8") + "\n\nWORDS = len(forest.__doc__.split())\n", "utf-8")
    before = reads.study(root)
    path.write_text(path.read_text("utf-8").replace("as good on these", "no worse on these"), "utf-8")
    assert reads.study(root) != before


def test_an_import_that_another_module_takes_counts(root):
    write(root, "study/tools.py", "import math as kernel\n")
    models = (root / "study/models.py").read_text("utf-8")
    write(root, "study/models.py", models + "\nfrom study.tools import kernel\n\nK = kernel.exp(1)\n")
    before = reads.study(root)
    write(root, "study/tools.py", "import cmath as kernel\n")
    assert reads.study(root) != before


# ---- packages

EXTRA = "{} \\\n    --hash=sha256:00\n    # via -r study.in\n"


def lock(root, *pins):
    """Lock more packages, with the remarks that uv writes."""
    path = root / files.LOCK
    path.write_text(path.read_text("utf-8") + "".join(map(EXTRA.format, pins)), "utf-8")


def test_a_package_for_a_notebook_costs_no_fit(root):
    before = keys.surroundings.__wrapped__(root)
    lock(root, "pathspec==1.1", "seaborn==0.13.2")
    path = root / files.LOCK
    path.write_text(path.read_text("utf-8").replace("# via", "#   via"), "utf-8")
    assert keys.surroundings.__wrapped__(root) == before


def needed(root, name):
    return any(entry.startswith(f"{name}==") for entries in reads.pins(root) for entry in entries)


COUNTS = {
    "imported in a function": ("pathspec", "def f():\n    import pathspec\n    return pathspec\n"),
    "by another name than its own": ("ruamel-yaml", "def f():\n    from ruamel import yaml\n    return yaml\n"),
    "by what is imported": ("attrs", "import jsonschema\n\njsonschema\n"),
    "import computed": ("pathspec", "import importlib\n\nT = importlib.import_module('path' + 'spec')\n"),
}


@pytest.mark.parametrize(("name", "code"), COUNTS.values(), ids=COUNTS)
def test_a_package_that_a_fit_may_import_counts(root, name, code):
    lock(root, f"{name}==1.0", "jsonschema==1.0")
    assert not needed(root, name)
    path = root / "study/models.py"
    path.write_text(path.read_text("utf-8") + f"\n\n{code}", "utf-8")
    assert needed(root, name)


@pytest.mark.parametrize("name", ["numexpr", "bottleneck", "openpyxl", "pyarrow"])
def test_what_a_package_takes_where_it_is_there_counts(root, name):
    lock(root, f"{name}==1.0")
    assert needed(root, name)


def test_each_version_and_hash_of_the_lock_counts_that_a_fit_can_import(root):
    text = (root / files.LOCK).read_text("utf-8")
    for old, new in (("numpy==2", "numpy==3"), ("cloudpickle==3.1.2", "cloudpickle==3.1.3")):
        assert reads.pins(root, text.replace(old, new)) != reads.pins(root, text)
    start = text.index("threadpoolctl==")
    place = text.index("sha256:", start) + 8
    other = "0" if text[place] != "0" else "1"
    assert reads.pins(root, text[:place] + other + text[place + 1 :]) != reads.pins(root, text)
