"""The raw data: which files there are, whether their bytes are those that were listed, where else they are kept."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from harness import files
from harness.exceptions import StudyError

MANIFEST = "data/MANIFEST.sha256"
MANY = 20  # files of one kind below a folder, from which on they are told as one set
POINTER = b"version https://git-lfs.github.com/spec/"  # so begins what git-lfs leaves in the place of a file


def is_raw(name: str) -> bool:
    """Return whether a path below data/ is raw data: not what is hidden, nor a note of DVC's."""
    path = PurePosixPath(name)
    return path.suffix != ".dvc" and not any(part.startswith(".") for part in path.parts)


def hashes(data: Path) -> dict[str, str]:
    """Return the SHA-256 of every raw file, by its path relative to data/."""
    paths = {f"raw/{name}": path for name, path in files.listed(data / "raw").items()}
    return {name: files.file_hash(path) for name, path in paths.items() if is_raw(name)}


def file_sets(names: Iterable[str]) -> dict[str, list[str]]:
    """
    Return the files that are told as sets, since there are `MANY` of one kind below a folder of raw/: pattern -> names.

    Examples
    --------
    >>> names = [f"raw/img/{n}.png" for n in range(20)] + ["raw/img/notes.txt", "raw/labels.csv"]
    >>> {pattern: len(members) for pattern, members in file_sets(names).items()}
    {'raw/img/*.png': 20}
    """
    kinds = defaultdict(list)
    for name in names:
        path = PurePosixPath(name)
        folder = "/".join(path.parts[: min(2, len(path.parts) - 1)])  # of raw/ itself, or the first below it
        kinds[f"{folder}/*{path.suffix}"].append(name)
    return {pattern: members for pattern, members in kinds.items() if len(members) >= MANY}


def folded(digests: dict[str, str]) -> dict[str, str]:
    """Return a hash of each raw file, but one of each set of files: that of their lines in the manifest."""
    told, sets = dict(digests), file_sets(digests)
    for pattern, names in sets.items():
        told[pattern] = files.text_hash(lines({name: told.pop(name) for name in names}))
    return told


def counted(names: Iterable[str]) -> list[str]:
    """Return names to be shown: those of single files, and of each set its pattern and how many files there are."""
    names = list(names)
    sets = file_sets(names)
    within = {name for members in sets.values() for name in members}
    shown = [f"{pattern} ({len(members)} files)" for pattern, members in sets.items()]
    return [name for name in names if name not in within] + shown


def is_pointer(path: Path) -> bool:
    """Return whether a file only says which one git-lfs would bring."""
    with path.open("rb") as file:
        return file.read(len(POINTER)) == POINTER


def listed(data: Path) -> dict[str, str]:
    """Return the SHA-256 of every raw file as data/MANIFEST.sha256 lists it."""
    stated = files.read_text(data / "MANIFEST.sha256").splitlines()
    return {name: digest.lower() for digest, _, name in (line.partition("  ") for line in stated)}


def sources(data: Path) -> dict[str, list[str]]:
    """Read data/sources.toml, if it is there: raw file -> addresses that have it, to be tried in this order."""
    addresses: dict[str, list[str]] = {}
    if not (data / "sources.toml").is_file():
        return addresses
    for name, table in files.load(data.parent, "data/sources.toml").items():
        where = f'data/sources.toml: ["{name}"]'
        if not (name.startswith("raw/") and is_raw(name) and isinstance(table, dict) and [*table] == ["url"]):
            raise StudyError(f"{where}: a path that begins with raw/, and below it only url, an address or a list")
        addresses[name] = table["url"] if isinstance(table["url"], list) else [table["url"]]
        for address in addresses[name] or [""]:
            if not re.match(r"https?://|ftp://|doi:", str(address)):
                raise StudyError(f"{where}: url: {address!r} must begin with https://, http://, ftp:// or doi:")
    return addresses


def remedy(data: Path, name: str) -> str | None:
    """Return the command that brings a raw file which is kept elsewhere; None if nothing says where it is."""
    if name in sources(data):
        return "harness fetch"
    places = [PurePosixPath(name), *PurePosixPath(name).parents]
    noted = any((data / f"{place}.dvc").is_file() for place in places)  # of the file, or of a folder that holds it
    return "dvc pull" if noted else None


def write_manifest(data: Path) -> None:
    """Write data/MANIFEST.sha256; what is kept elsewhere stays listed when it is absent."""
    kept = {name: digest for name, digest in listed(data).items() if remedy(data, name)}
    present = hashes(data)
    if pointers := [name for name in present if is_pointer(data / name)]:
        raise StudyError(f"data/{pointers[0]} is a pointer of git-lfs, not the data. Bring them first: git lfs pull")
    write_list(data, kept | present)


def write_list(folder: Path, digests: dict[str, str]) -> None:
    """Write MANIFEST.sha256 of a folder in the format of sha256sum."""
    files.write_text(folder / "MANIFEST.sha256", lines(digests))


def lines(digests: dict[str, str]) -> str:
    """Return names and hashes in the format of sha256sum."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))


def differences(listed: dict[str, str], present: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield name, and what is wrong, of each file whose hash is not the listed one."""
    for name in sorted(listed | present):
        if name not in present:
            yield name, "is missing"
        elif name not in listed:
            yield name, "is not listed"
        elif listed[name] != present[name]:
            yield name, "has changed"


def unlike_manifest(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, what is wrong, and what to do, of each file in data/raw that is not as data/MANIFEST.sha256 says."""
    for name, what in differences(listed(data), hashes(data)):
        if what != "is missing" and is_pointer(data / name):
            yield name, "is a pointer of git-lfs", "bring the file: git lfs pull"
            continue
        bring = remedy(data, name) if what == "is missing" else None
        yield name, what, f"bring it: `{bring}`" if bring else "if that is meant: `harness manifest`"


def manifest_problems(data: Path) -> Iterator[str]:
    """Yield a message for each of the first of them, and how many more there are."""
    wrong = list(unlike_manifest(data))
    for name, what, then in wrong[:MANY]:
        yield f"data/{name} {what} (data/MANIFEST.sha256); {then}"
    if more := wrong[MANY:]:
        yield f"... and {len(more)} more"
