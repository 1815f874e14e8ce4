"""The release: one archive of the accepted result, made only of what may be published, and verified byte for byte."""

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from harness import files
from harness.checks import engine, findings, registry
from harness.exceptions import StudyError
from harness.markdown import WAITING
from harness.provenance import datasheet, rawdata, record
from harness.publish import checklists, crate, metadata

CARDS = ("README.md", "MODEL_CARD.md", "data/DATASHEET.md")


def waiting(path: Path, name: str) -> list[str]:
    """Return a sentence for each line of a page, which need not be there, that waits for its author."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    places = [(number, line.strip()) for number, line in enumerate(lines, 1) if WAITING.fullmatch(line.strip())]
    return [f"{name}:{number} waits for its author: {line.strip('-* ')}" for number, line in places]


def unaccepted(root: Path) -> Iterator[str]:
    """Yield why what lies in results/ is no accepted result of this version; whether it is whole is for S2 to say."""
    folder = root / "results"
    if not (folder / "run.json").is_file():
        yield "no result is accepted: `harness accept ID`, then commit"
        return
    run = record.read_finished(folder)
    if run["version"] != record.VERSION:
        yield "results/run.json was written by an earlier harness: run and accept again"
        return
    if not run["committed"]:
        yield f"results/run.json: run {run['id']} was not of a commit: commit, run again, accept that run"
    released = str(metadata.citation(root).get("date-released") or "")
    if released and released < run["ended"][:10]:
        yield f"CITATION.cff: date-released {released} is before the accepted run, which ended {run['ended'][:10]}"


def untagged(root: Path, version: str | None) -> Iterator[str]:
    """Yield why the present commit is not that of the version."""
    tag = f"v{version}"
    tags = [name for name in (files.git(root, "tag", "--points-at", "HEAD") or "").split() if name.startswith("v")]
    if tag in tags or files.git(root, "rev-parse", "HEAD") is None:
        return
    if place := files.git(root, "rev-parse", "--verify", "--quiet", tag + "^{commit}"):
        yield f"{tag} is the tag of another commit, {place[:12]}: raise the version in CITATION.cff and pyproject.toml"
    elif tags:
        yield f"this commit has the tag {tags[0]}, CITATION.cff says version {version}: make them the same"
    else:
        yield f"this commit has no tag {tag}: git tag {tag} (when all else here is put right and committed)"


def refusals(root: Path, outcomes: list[Any]) -> Iterator[str]:
    """Yield a sentence for each reason not to release what lies here; ``outcomes`` are those of the checks."""
    if not files.is_committed(root):
        yield "not everything is committed: git add -A && git commit"
    yield from unaccepted(root)
    yield from untagged(root, metadata.citation(root).get("version"))
    if not metadata.has_license(root):
        yield "LICENSE is missing: a text without which nobody may use the code"
    if not metadata.citation(root).get("license"):
        yield "CITATION.cff: there is no license: name that of the code, as in the SPDX list"
    for name in CARDS:
        yield from waiting(root / name, name)
    for one in outcomes:
        if one.status == "failed":
            yield from (f"{one.check.code} {one.check.name}: {sentence}" for sentence in one.evidence[:10])


def pack(root: Path, folder: Path) -> tuple[Path, list[str]]:
    """
    Write <name>-<version>.zip, and its .sha256, of the present commit, or raise StudyError with every reason not to.

    Return the archive, and notes of what was not exercised, left out, or waits for the author without being in the way.
    """
    outcomes = findings.examine(engine.Subject(root), registry.all_checks(root))
    if found := list(refusals(root, outcomes)):
        raise StudyError("\n".join(["release: not yet:", *(f"  {reason}" for reason in found)]))
    terms = datasheet.read(root)[0]
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{metadata.project(root)['name']}-{metadata.citation(root)['version']}.zip"
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        closed = write_archive(root, terms, Path(place), archive)
    files.write_text(folder / f"{archive.name}.sha256", f"{files.file_hash(archive)}  {archive.name}\n")
    notes = [f"{one} is left out: access is {terms.access}, or it is not in git" for one in closed]
    notes += findings.messages(outcomes)
    if items := checklists.unanswered(root):
        notes.append(f"{checklists.PATH}: {items} answers wait for the author")
    return archive, notes


def write_archive(root: Path, terms: datasheet.Facts, place: Path, archive: Path) -> list[str]:
    """Write the archive by way of an empty folder; return the raw files that are left out."""
    when = datetime.fromtimestamp(int(files.git(root, "log", "-1", "--format=%ct") or 0), UTC)
    whole, inside = place / "whole.zip", place / "study"
    subprocess.run(["git", "archive", "--format=zip", f"--output={whole}", "HEAD"], cwd=root, check=True)
    shutil.unpack_archive(whole, inside)
    if terms.access != "open":
        shutil.rmtree(inside / "data" / "raw", ignore_errors=True)
    there = crate.listed(inside)
    closed = [f"data/{name}" for name in rawdata.listed(inside / "data") if f"data/{name}" not in there]
    run = record.read_finished(root / "results")
    files.write_json(inside / crate.METADATA, crate.describe(inside, run, f"{when:%Y-%m-%d}", terms, closed))
    part = archive.with_name(f"{archive.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in (crate.METADATA, *there):
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])  # the commit's time: the same bytes again
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, (inside / name).read_bytes())
    os.replace(part, archive)
    return closed


def problems(folder: Path) -> Iterator[str]:
    """Yield a sentence for each way in which an unpacked archive is not what it says of itself."""
    try:
        described = json.loads((folder / crate.METADATA).read_text(encoding="utf-8"))
        graph = {one["@id"]: one for one in described["@graph"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        yield f"{crate.METADATA} cannot be read: {error!r}"
        return
    listed = {unquote(name): one["sha256"] for name, one in graph.items() if "sha256" in one}
    there = {name: files.file_hash(path) for name, path in crate.listed(folder).items()}
    for name, what in rawdata.differences(listed, there):
        yield f"{name} {what} ({crate.METADATA})"
    if {metadata.CITATION, metadata.PYPROJECT} <= there.keys():
        yield from metadata.disagreements(folder)
        stated, cited = graph.get("./", {}).get("version"), metadata.citation(folder).get("version")
        if stated != cited:
            yield f"{crate.METADATA}: version is {stated!r}, in {metadata.CITATION} it is {cited!r}"


def verify(archive: Path) -> int:
    """Re-hash every file of an archive; return how many there are, or raise StudyError naming each that is wrong."""
    beside, found = archive.with_name(f"{archive.name}.sha256"), []
    with tempfile.TemporaryDirectory(prefix="verify-") as place:
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(place)
            for problem in problems(Path(place)):
                found.append(f"{archive.name}: {problem}")
        except (OSError, zipfile.BadZipFile, zlib.error, StudyError) as error:
            found.append(f"{archive.name} cannot be read: {error}")
        number = len(crate.listed(Path(place)))
    if beside.is_file() and archive.is_file() and beside.read_text("utf-8").split()[:1] != [files.file_hash(archive)]:
        found.append(f"{archive.name} is not the file whose SHA-256 is in {beside.name}")
    if found:
        raise StudyError("\n".join(found))
    return number
