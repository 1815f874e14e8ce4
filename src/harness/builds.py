"""PyTorch has builds, one for each kind of accelerator: which one a lock names, and where an installer finds it."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from harness.exceptions import StudyError

LABEL = re.compile(r"^torch==[^\s;+]+\+([\w.]+)", re.M)
WHEEL = re.compile(r"^((?:torch|triton|pytorch)[a-z0-9_]*)-.*\.whl$", re.I)
NAME = re.compile(r"cpu|xpu|auto|cu\d+|rocm[\d.]+")  # as uv calls them: where each lies is known to uv
REGISTRY = "registry"  # the build that the package registry has: on Linux that for CUDA
HOW = "Name a build (cpu, cu130 ...), a folder of wheels, the address of an index, or registry"


def label(lock: str) -> str:
    """Return the build that a lock names: the local version label of torch, as in 2.13.0+cpu; "" if it names none."""
    found = LABEL.search(lock)
    return found[1] if found else ""


def wheels(folder: Path) -> list[Path]:
    """List the wheels of PyTorch, and of what is released with it, in a folder."""
    return sorted(path for path in folder.iterdir() if WHEEL.match(path.name))


def options(lock: str, place: Path | None = None) -> list[str]:
    """
    Return uv's options to find PyTorch: where the variable TORCH says, else where uv finds the build that a lock names.

    Parameters
    ----------
    lock : str
        The text of the lock.
    place : pathlib.Path, optional
        An empty folder. For a lock, a folder of wheels is made an index in it: what lies there is taken from nowhere
        else, even where another index has a newer version. What is locked already is found by its hash.
    """
    choice = os.environ.get("TORCH", "") or label(lock)
    if choice in ("", REGISTRY):
        return []
    if "://" in choice:
        return ["--index", choice]
    if not Path(choice).is_dir():
        if not NAME.fullmatch(choice):
            raise StudyError(f"TORCH={choice}: neither a folder here nor a build of PyTorch. {HOW}.")
        return ["--torch-backend", choice]
    folder = Path(choice).resolve()
    if (folder / "torch").is_dir():  # laid out as an index is
        return ["--index", folder.as_uri()]
    if not (found := wheels(folder)):
        raise StudyError(f"TORCH={choice}: there is no wheel of PyTorch in that folder. {HOW}.")
    return ["--index", index(found, place)] if place else ["--find-links", str(folder)]


def index(found: list[Path], place: Path) -> str:
    """Make an index of wheels in a folder; return its address."""
    names: dict[str, str] = {}
    for path in found:
        name = path.name.partition("-")[0].lower().replace("_", "-")
        names[name] = names.get(name, "") + f'<a href="{path.as_uri()}">{path.name}</a>\n'
    for name, links in names.items():
        (place / name).mkdir()
        (place / name / "index.html").write_text(f"<!DOCTYPE html>\n<html><body>\n{links}</body></html>\n", "utf-8")
    return place.as_uri()


def advice(new: Iterable[Requirement]) -> str:
    """Say how to do without CUDA where that came in with PyTorch and nobody had asked for a build."""
    came = any(pin.name.startswith("nvidia-") for pin in new) and "TORCH" not in os.environ
    return "\nThis is PyTorch for CUDA, which runs on a CPU, too. The small one: make lock TORCH=cpu" if came else ""


def for_pip(found: list[str]) -> list[str]:
    """Return the same options for pip, which knows no builds by name: it has to be told by its own settings."""
    names = {"--index": "--extra-index-url", "--torch-backend": ""}
    pairs = [(names.get(name, name), value) for name, value in zip(found[::2], found[1::2], strict=True)]
    return [word for name, value in pairs if name for word in (name, value)]
