"""What packages weigh: the bytes to download, where their index tells."""

import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from packaging.requirements import Requirement
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

PIN = re.compile(r"^(\w[^\\\n]*?)\s*\\?$", re.M)
FILE = "pylock.sizes.toml"
SHOWN = 5


def new(old: Iterable[str], locks: Iterable[str]) -> list[Requirement]:
    """List the pins of locks that hold here, and that none of the old ones had in that version."""
    before = {pin for lock in old for pin in PIN.findall(lock)}
    pins = {pin: Requirement(pin) for lock in locks for pin in PIN.findall(lock) if pin not in before}
    here = {f"{pin.name}{pin.specifier}": pin for pin in pins.values() if pin.marker is None or pin.marker.evaluate()}
    return [here[name] for name in sorted(here)]


def asked(uv: list[str], pins: list[Requirement], folder: Path) -> dict[str, int | None]:
    """Ask uv how many bytes each pin is here, by its name; None where the index does not tell."""
    source = folder / "sizes.in"
    source.write_text("".join(f"{pin.name}{pin.specifier}\n" for pin in pins), "utf-8")
    argv = [*uv, "--no-deps", "--format", "pylock.toml", source.name, "--output-file", FILE]
    done = subprocess.run(argv, cwd=folder, capture_output=True)
    found = tomllib.loads((folder / FILE).read_text("utf-8"))["packages"] if done.returncode == 0 else []
    return {canonicalize_name(package["name"]): size(package) for package in found}


def size(package: dict[str, Any]) -> int | None:
    """Return the bytes of the file that an installer takes here: of the wheels the one that fits best."""
    order = {tag: n for n, tag in enumerate(sys_tags())}
    ranked = []
    for wheel in package.get("wheels", []):
        place = wheel.get("url") or wheel.get("path", "")
        try:
            tags = parse_wheel_filename(unquote(place).rpartition("/")[2])[3]
        except InvalidWheelFilename:
            continue
        ranked += [(order[tag], n, wheel) for n, tag in enumerate(tags & order.keys())]
    files = [min(ranked, key=lambda entry: entry[:2])[2]] if ranked else [package.get("sdist", {})]
    path = Path(unquote(urlparse(files[0].get("url", "")).path))
    return files[0].get("size") or (path.stat().st_size if path.is_file() else None)


def sentence(pins: list[Requirement], sizes: dict[str, int | None]) -> str:
    """Say what is new in the locks and what it weighs, the heaviest first; "" if nothing is new."""
    if not pins:
        return ""
    known = {pin: size for pin in pins if (size := sizes.get(canonicalize_name(pin.name))) is not None}
    order = sorted(known, key=lambda pin: -known[pin])
    shown = [f"{pin.name}{pin.specifier} {megabytes(known[pin])}" for pin in order[:SHOWN]]
    if rest := order[SHOWN:]:
        shown.append(f"{len(rest)} more {megabytes(sum(known[pin] for pin in rest))}")
    total = f", {megabytes(sum(known.values()))} to download here" if known else ""
    unknown = [f"{pin.name}{pin.specifier}" for pin in pins if pin not in known]
    said = f"new in the locks: {len(pins)} package{'s' * (len(pins) > 1)}{total}"
    said += f": {', '.join(shown)}" if shown else ""
    return said + (f"; of unknown size: {', '.join(unknown)}" if unknown else "")


def megabytes(size: int) -> str:
    """Write a number of bytes in MB, with a digit below 10."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e7 else f"{size / 1e6:.1f} MB"
