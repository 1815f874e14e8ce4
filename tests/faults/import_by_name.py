"""Import what is declared nowhere by its name as a text, so that no statement of import shows it."""

CHECK = "lint"
PLACE = ("hook id: imports-written-out", "study/models.py:")
CURVE = '\n\ndef curve(x):\n    """Smooth."""\n'


def _put(study, imports, lines):
    study.edit("study/models.py", "import numpy as np\n", f"{imports}import numpy as np\n")
    study.append("study/models.py", CURVE + lines)


def by_importlib(study):
    _put(study, "from importlib import import_module\n\n", '    return import_module("joblib").hash(x)\n')


def by_a_name_that_is_put_together(study):
    _put(study, "from importlib import import_module\n\n", '    return import_module("sci" + "py.signal").medfilt(x)\n')


def by_the_function_behind_the_statement(study):
    _put(study, "", '    return __import__("yaml").safe_load(x)\n')


def by_pkgutil(study):
    _put(study, "import pkgutil\n\n", '    return pkgutil.resolve_name("scipy.signal:medfilt")(x)\n')


def in_a_text_that_is_run(study):
    _put(study, "", '    exec("import psutil; x = psutil.cpu_percent()")\n    return x\n')
