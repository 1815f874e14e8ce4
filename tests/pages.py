"""The commands that README and docs show, as a person would type them."""

import re

from conftest import run

# What a person would answer by pressing Enter.
ENTER = [
    ("cookiecutter gh:", "cookiecutter --no-input gh:"),
    ("copier copy ", "copier copy --defaults "),
    ("cruft create ", "cruft create -y "),
]


def blocks(path):
    """The shell blocks of a page, as lists of commands without their comments."""
    found = re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.S)
    return [[line.split("  #")[0].strip() for line in block.splitlines()] for block in found]


def shell(lines, folder, env):
    """Run lines as a person would who presses Enter at every question; stop at the first that fails."""
    script = "set -ex\n" + "\n".join(lines)
    for typed, said in ENTER:
        script = script.replace(typed, said)
    return run("bash", "-c", script, cwd=folder, env=env)
