"""Make what complains be quiet: warnings, exceptions, tests that fail, notebooks that stop."""

CHECK = "lint"
PLACE = ("hook id: failures-pass", ".gitlab-ci.yml:", "make verify || true")
VARIANTS = {
    "warnings_off": {"PLACE": ("hook id: warnings-heard", "study/models.py:", ':warnings.filterwarnings("ignore")')},
    "convergence_hidden": {"PLACE": ("hook id: warnings-heard", "study/models.py:", ':quiet("ignore", category=')},
    "any_exception": {"PLACE": ("BLE001", "study/data.py:")},
    "step_goes_on": {"PLACE": ("hook id: failures-pass", ".github/workflows/verify.yml:", "continue-on-error: true")},
    "notebooks_may_stop": {"PLACE": ("hook id: failures-pass", "Makefile:", "allow_errors=True")},
    "make_ignores_it": {"PLACE": ("hook id: failures-pass", "Makefile:", ":\t-$(BIN)/pytest")},
}


def warnings_off(study):
    study.edit("study/models.py", "import numpy as np\n", "import warnings\n\nimport numpy as np\n")
    study.append("study/models.py", '\n\nwarnings.filterwarnings("ignore")\n')


def convergence_hidden(study):
    study.append("study/models.py", "\n\nfrom warnings import simplefilter as quiet  # noqa: E402\n")
    study.append("study/models.py", "from sklearn.exceptions import ConvergenceWarning  # noqa: E402\n\n")
    study.append("study/models.py", 'quiet("ignore", category=ConvergenceWarning)\n')


def any_exception(study):
    study.append("study/data.py", '\n\ndef number(text):\n    """Read a number."""\n    try:\n')
    study.append("study/data.py", "        return float(text)\n    except Exception:\n        return 0.0\n")


def tests_may_fail(study):
    study.edit(".gitlab-ci.yml", "    - make verify\n", "    - make verify || true\n")


def step_goes_on(study):
    text = study.read(".github/workflows/verify.yml")
    verify = "      - run: make verify\n"
    study.write(".github/workflows/verify.yml", text.replace(verify, verify + "        continue-on-error: true\n", 1))


def notebooks_may_stop(study):
    """As the Makefile of the course that this template comes from."""
    recipe = "\nbook:\n\t$(BIN)/jupyter nbconvert --execute --ExecutePreprocessor.allow_errors=True notebooks/*.ipynb\n"
    study.append("Makefile", recipe)


def make_ignores_it(study):
    study.edit("Makefile", "\t$(BIN)/pytest\n", "\t-$(BIN)/pytest\n")
