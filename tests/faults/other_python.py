"""Run it with another Python than pyproject.toml allows, in the image or in continuous integration."""

MISSED = {
    "in_the_image": "pip refuses to install the judge (its Requires-Python) when the image is built, not before.",
    "in_continuous_integration": "The job itself fails: pip refuses to install the judge in a Python that is too old.",
    "here": "No check reads requires-python of pyproject.toml; pip holds the judge's own Requires-Python at every install.",
}


def in_the_image(study):
    study.edit("Dockerfile", "python:3.12.12-slim-bookworm", "python:3.9.21-slim-bookworm")


def in_continuous_integration(study):
    text = study.read(".github/workflows/verify.yml")
    study.write(".github/workflows/verify.yml", text.replace('python-version: "3.12"', 'python-version: ["3.10"]', 1))


def here(study):
    """pyproject.toml asks for a Python that nobody here has."""
    study.edit("pyproject.toml", '">=3.11"', '">=3.99"')
    for name in ("Dockerfile", ".gitlab-ci.yml", ".github/workflows/verify.yml"):
        study.write(name, study.read(name).replace("3.12", "3.99"))
