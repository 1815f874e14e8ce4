"""The study that the template ships, as a render of it would be."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from jinja2 import Template

ONLY = ("network.py", "test_network.py")  # of the render with PyTorch
TEMPLATE = Path(__file__).parents[2] / "{{cookiecutter.project_slug}}"
ANSWERS = {
    "project_name": "My Study",
    "project_slug": "my-study",
    "description": "A reproducible machine-learning study.",
    "author_name": "Ada Lovelace",
    "author_email": "ada@example.org",
    "license": "MIT",
    "__license_id": "mit",
    "__copyright_year": "2026",
    "framework": "scikit-learn",
}
QUESTIONS = json.loads((TEMPLATE.parent / "cookiecutter.json").read_text("utf-8"))
ANSWERS |= {  # what follows from them
    name: Template(text).render(cookiecutter=ANSWERS)
    for name, text in QUESTIONS.items()
    if name.startswith("__") and name not in {*ANSWERS, "__prompts__"} and "framework" in text
}
FIELD = re.compile(r"\{\{ cookiecutter\.(\w+) \}\}")
AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null")


def git(root, *arguments):
    """Run git in a folder, as an author who is nobody."""
    subprocess.run(["git", *AUTHOR, *arguments], cwd=root, check=True, capture_output=True)


def copy(folder):
    """Copy it to a new folder, with the answers filled in."""
    left = shutil.ignore_patterns(
        "__pycache__", "runs", ".venv", ".*_cache", "{{cookiecutter.__answers_file}}", "*.whl", *ONLY
    )
    shutil.copytree(TEMPLATE, folder, ignore=left)
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".py" and "raw" not in path.parts:
            text = path.read_text("utf-8")
            path.write_text(FIELD.sub(lambda field: ANSWERS[field[1]], text), "utf-8")
    return folder


def commit(folder):
    """Make a folder a git repository whose one commit holds all of it."""
    for command in ("init -q", "add -A", "commit -q -m Begin"):
        git(folder, *command.split())
    return folder
