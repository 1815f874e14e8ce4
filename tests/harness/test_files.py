"""Every file of the project can be read: it parses, nothing of the template is left in it, its lines end with LF.

Standard library only, so that it also runs as a script before there is an environment.
"""

import json
import os
import re
import sys
import tomllib
from pathlib import Path

try:
    import yaml
except ImportError:  # as a script; the project's environment has it
    yaml = None

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = {".git", ".dvc", ".venv", "runs", "__pycache__", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints"}
LARGE = 5_000_000  # bytes; such a file is data, and nobody wrote it by hand
# The opening of a Jinja mark, then the name; spelt so that this file holds no such mark itself.
UNRENDERED = re.compile(r"[{][{\x25][^}\n]*cookiecutter[.]")


def read_yaml(text, name):
    """Parse without building objects: tags such as GitLab's !reference are legal."""
    if yaml:
        list(yaml.parse(text))


READERS = {
    ".py": lambda text, name: compile(text, name, "exec"),
    ".toml": lambda text, name: tomllib.loads(text),
    ".json": lambda text, name: json.loads(text),
    ".ipynb": lambda text, name: json.loads(text),
    ".yml": read_yaml,
    ".yaml": read_yaml,
    ".cff": read_yaml,
}


def problem(path, name):
    """Return what is wrong with one file, or None."""
    data = path.read_bytes()
    reader = READERS.get(path.suffix)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"{name}: not UTF-8 ({error.reason})" if reader else None
    try:
        if reader:
            reader(text, name)
    except Exception as error:  # each reader has errors of its own, all of them are what we look for
        return f"{name}: cannot be read: {' '.join(str(error).split())}"
    if found := UNRENDERED.search(text):
        return f"{name}: line {text.count(chr(10), 0, found.start()) + 1}: the template left a mark: {found.group()}"
    if b"\r" in data and not name.startswith("data/raw/"):  # raw data stays as it came
        return f"{name}: line {data[: data.index(13)].count(10) + 1}: ends with CR; use LF"
    return None


def problems(root=ROOT):
    """Return what is wrong in the whole project, a line each."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - NOT_OURS)
        for path in (Path(folder, file) for file in sorted(files)):
            if path.is_file() and path.stat().st_size < LARGE:
                found.append(problem(path, path.relative_to(root).as_posix()))
    return [line for line in found if line]


def test_every_file_can_be_read():
    found = problems()
    assert not found, "\n".join(found)


if __name__ == "__main__":
    found = problems()
    print("\n".join(found) or "files: all can be read")
    sys.exit(bool(found))
