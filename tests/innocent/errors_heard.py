"""Catch one error and say so, hush one warning by its name, clean up in make whether or not there is something."""

LINT = True


def one_error(study):
    code = '\n\ndef number(text):\n    """Read a number."""\n    try:\n        return float(text)\n'
    code += '    except ValueError as error:\n        raise ValueError(f"no number: {text}") from error\n'
    study.append("study/data.py", code)


def whatever_goes_wrong_is_told(study):
    study.edit("study/data.py", "from pathlib import Path\n", "import logging\nfrom pathlib import Path\n")
    code = '\n\ndef number(text):\n    """Read a number."""\n    try:\n        return float(text)\n'
    code += '    except Exception:\n        logging.exception("no number")\n        return None\n'
    study.append("study/data.py", code)


def one_warning(study):
    study.edit("study/models.py", "import numpy as np\n", "import warnings\n\nimport numpy as np\n")
    code = '\n\nwarnings.filterwarnings("ignore", category=DeprecationWarning, module="some.package")\n'
    study.append("study/models.py", code + 'warnings.filterwarnings("ignore", "the one that is known")\n')


def cleaning(study):
    study.append("Makefile", "\nclean:  ## take away what was made\n\t-rm -r dist\n\tgit worktree remove old || true\n")


def a_job_with_its_exit_code(study):
    job = "\ndocs:\n  image: alpine:3.20.3\n  script:\n    - set +e\n    - make check\n    - code=$?\n    - set -e\n"
    study.append(".gitlab-ci.yml", job + '    - echo "make check gave $code; pip install nothing || true"\n')
