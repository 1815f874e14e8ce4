"""Verify an archive: every file that it lists is there, byte for byte, and no other; its versions agree."""

import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from harness import files
from harness.exceptions import StudyError
from harness.publish import crate, metadata


def problems(folder: Path) -> Iterator[str]:
    """Yield a sentence for each way in which an unpacked archive is not what it says of itself."""
    try:
        described = json.loads((folder / crate.METADATA).read_text(encoding="utf-8"))
        graph = {one["@id"]: one for one in described["@graph"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        yield f"{crate.METADATA} cannot be read: {error!r}"
        return
    listed = {unquote(name): one["sha256"] for name, one in graph.items() if "sha256" in one}
    there = crate.listed(folder)
    for name in sorted(listed | there):
        if name not in there:
            yield f"{name} is missing"
        elif name not in listed:
            yield f"{name} is not listed in {crate.METADATA}"
        elif files.file_hash(there[name]) != listed[name]:
            yield f"{name} is not the file whose SHA-256 is in {crate.METADATA}"
    if {metadata.CITATION, metadata.PYPROJECT} <= there.keys():
        yield from metadata.disagreements(folder)
        told, cited = graph.get("./", {}).get("version"), metadata.citation(folder).get("version")
        if told != cited:
            yield f"{crate.METADATA}: version is {told!r}, in {metadata.CITATION} it is {cited!r}"


def verify(archive: Path) -> int:
    """Re-hash every file of an archive; return how many there are, or raise StudyError naming each that is wrong."""
    beside, found = archive.with_name(f"{archive.name}.sha256"), []
    with tempfile.TemporaryDirectory(prefix="verify-") as place:
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(place)
            found += [f"{archive.name}: {problem}" for problem in problems(Path(place))]
        except (OSError, zipfile.BadZipFile, zlib.error, StudyError) as error:
            found.append(f"{archive.name} cannot be read: {error}")
        number = len(crate.listed(Path(place)))
    if beside.is_file() and archive.is_file() and beside.read_text("utf-8").split()[:1] != [files.file_hash(archive)]:
        found.append(f"{archive.name} is not the file whose SHA-256 is in {beside.name}")
    if found:
        raise StudyError("\n".join(found))
    return number
