"""The checksums of the template's own files, harness/ and tests/, so that an edit of them is seen.

Standard library only. The format is that of sha256sum; line ends count as LF, so that a checkout with CRLF is the same.
"""

import argparse
import hashlib
import os
import re
import sys
from pathlib import Path

PATH = "harness/SHA256SUMS"
FOLDERS = ("harness", "tests")
MADE = re.compile(r"__pycache__|\..*|.*~|.*\.(pyc|pyo|orig|rej|swp|tmp)")  # caches, and what editors and merges leave
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def digest(path):
    """Hash a file, whatever its line ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def present(root):
    """Return name -> digest of the files that are there, sorted by name."""
    found = {}
    for top in FOLDERS:
        for folder, folders, files in os.walk(root / top):
            folders[:] = [name for name in folders if not MADE.fullmatch(name)]
            for path in (Path(folder, name) for name in files if not MADE.fullmatch(name)):
                found[path.relative_to(root).as_posix()] = digest(path)
    found.pop(PATH, None)
    return dict(sorted(found.items()))


def listed(root):
    """Return name -> digest as the template shipped them."""
    lines = (root / PATH).read_text(encoding="utf-8").splitlines()
    return {found[2]: found[1] for found in map(LINE.fullmatch, lines) if found}


def differences(root):
    """Yield the name of each file that is not as listed, and what about it is not."""
    known, here = listed(root), present(root)
    for name in sorted(known.keys() | here.keys()):
        if name not in here:
            yield name, "this file of the template is missing"
        elif name not in known:
            yield name, "this file is not the template's"
        elif known[name] != here[name]:
            yield name, "this file of the template was edited"


def write(root):
    """Write the checksums anew."""
    lines = "".join(f"{value}  {name}\n" for name, value in present(root).items())
    (root / PATH).write_text(lines, encoding="utf-8", newline="\n")


def main():
    """Write the checksums of harness/ and tests/ anew, which is for the template alone to do; or only check them."""
    parser = argparse.ArgumentParser(prog="python3 -m harness.upkeep.sums", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the files are as listed")
    root = Path()
    if not parser.parse_args().check:
        write(root)
    try:
        found = [f"{name}: {what}" for name, what in differences(root)]
    except OSError as error:
        sys.exit(f"sums: {error}")
    if found:
        sys.exit("\n".join([*found, f"sums: {PATH} does not list what is there."]))
    print(f"{PATH}: harness/ and tests/ are as listed.")


if __name__ == "__main__":
    main()
