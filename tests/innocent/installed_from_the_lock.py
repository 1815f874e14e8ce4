"""Install from the lock in more places: an image by its digest, one more job, a notebook that says what it needs."""

LINT = True


def digest(study):
    start = "FROM docker.io/library/python:3.12.12-slim-bookworm"
    study.edit(
        "Dockerfile", start, f"FROM docker.io/library/python:3.12-slim@sha256:{'0a1b' * 16} AS base\n\nFROM base"
    )


def version_in_an_argument(study):
    start = "FROM docker.io/library/python:3.12.12-slim-bookworm"
    arguments = "ARG PYTHON=3.12.12\nARG DEBIAN=bookworm\n"
    study.edit("Dockerfile", start, arguments + "FROM docker.io/library/python:${PYTHON}-slim-${DEBIAN:-bookworm}")


def one_more_job(study):
    job = "\nwindows:\n  script:\n    - pip install pip==25.3\n    - >-\n      make setup\n"
    job += "    - python -m pip install --no-deps --require-hashes -r requirements/dev.txt\n    - pip install -e .\n"
    study.append(".gitlab-ci.yml", job)


def matrix_of_pythons(study):
    text = study.read(".github/workflows/verify.yml")
    text = text.replace('python-version: "3.12"', 'python-version: ["3.11", "3.13"]  # was 3.9', 1)
    study.write(".github/workflows/verify.yml", text)


def environment_with_versions(study):
    listed = "channels: [conda-forge, nvidia]\ndependencies:\n  - python=3.12\n  - cuda-version=12.4\n  - pip\n"
    study.write("environment.yml", listed + "  - pip:\n      - -r requirements/harness.txt\n")


def said_in_a_notebook(study):
    study.notebook("notebooks/look.ipynb", '# once: pip install seaborn\nprint("or: pip install seaborn")')
