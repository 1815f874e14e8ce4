"""The release: one archive of the accepted result, made only of what may be published, and verified byte for byte."""

import os
import re
import shutil
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
from harness.provenance import accepted, clone, datasheet, rawdata, record
from harness.publish import checklists, crate, metadata

PAGES = ("README.md", "MODEL_CARD.md", "data/DATASHEET.md", files.PLAN, "study/data.py", "study/models.py")
NO_TERMS = "LicenseRef-not-stated"  # what `new-study` writes, which cannot know them
EXAMPLE = "raw/penguins-raw.csv"  # which the template ships, with sentences about it
OF_EXAMPLE = re.compile(r"Palmer (penguins|Station|Archipelago)|palmerpenguins|sex of a penguin|came with the template")


def waiting(path: Path, name: str) -> Iterator[str]:
    """Yield a message for each line of a page, which need not be there, that waits for its author."""
    for number, line in enumerate(map(str.strip, files.read_text(path).splitlines()), 1):
        if asks := WAITING.fullmatch(line):
            yield f"{name}:{number} waits for its author: {asks[1]}"


def leftovers(root: Path) -> Iterator[str]:
    """Yield a message for each committed line about the template's example, once its data are gone."""
    if EXAMPLE in rawdata.listed(root / "data"):
        return
    for name in (files.git(root, "ls-files", "-z", "*.md", "*.cff", "*.toml", "*.py", "*.ipynb") or "").split("\0"):
        lines = [] if name.startswith(("results/", "data/raw/")) else files.read_text(root / name).splitlines()
        for number, line in enumerate(lines, 1):
            if found := OF_EXAMPLE.search(line):
                yield f"{name}:{number}: {found[0]!r} is about the example, whose data are gone. Rewrite it."


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


def refusals(root: Path, results: list[Any]) -> Iterator[str]:
    """Yield each reason not to release what lies here; whether results/ is whole is for S2 among the checks to say."""
    cited, run = metadata.citation(root), root / "results" / "run.json"
    if not files.is_committed(root):
        yield "not everything is committed: git add -A && git commit"
    for name in accepted.left_out(run.parent):
        if accepted.table(run.parent, record.read_finished(run.parent), name) is None:
            yield f"{name} of the accepted run is in no folder of runs/: `harness replay` makes it again"
    if not run.is_file():
        yield "no result is accepted: `harness accept ID`, then commit"
    elif cited.get("date-released"):
        released, ended = str(cited["date-released"]), record.read_finished(run.parent)["ended"][:10]
        if released < ended:
            yield f"CITATION.cff: date-released {released} is before the accepted run, which ended {ended}"
    yield from untagged(root, cited.get("version"))
    if not metadata.has_license(root):
        yield "LICENSE is missing: a text without which nobody may use the code"
    if not cited.get("license"):
        yield "CITATION.cff: there is no license: name that of the code, as in the SPDX list"
    for name in PAGES:
        yield from waiting(root / name, name)
    yield from leftovers(root)
    if f"license: {NO_TERMS}" in files.read_text(root / datasheet.PATH):
        yield f"{datasheet.PATH}: license: {NO_TERMS} gives nobody any rights. Name the terms of the data."
    for finding in results:
        if finding.status == "failed":
            yield from (f"{finding.check.code} {finding.check.name}: {message}" for message in finding.evidence[:10])


def pack(root: Path, folder: Path) -> tuple[Path, list[str]]:
    """
    Write <name>-<version>.zip, and its .sha256, of the present commit, or raise StudyError with every reason not to.

    Return the archive, and notes of what was not exercised, left out, or waits for the author.
    """
    results = findings.examine(engine.Subject(root), registry.all_checks(root))
    if reasons := list(refusals(root, results)):
        raise StudyError("\n  ".join(["release: not yet:", *reasons]))
    terms = datasheet.read(root)[0]
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{metadata.project(root)['name']}-{metadata.citation(root)['version']}.zip"
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        packed = Path(place, archive.name)
        closed = write_archive(root, terms, Path(place), packed)
        part = archive.with_name(f".{archive.name}.part")
        with files.all_or_nothing() as undo:
            undo.callback(part.unlink, missing_ok=True)
            shutil.copyfile(packed, part)
            files.write_text(folder / f"{archive.name}.sha256", f"{files.file_hash(packed)}  {archive.name}\n")
            os.replace(part, archive)
    notes = [f"{name} is left out: access is {terms.access}, or it is not in git" for name in closed]
    notes += findings.messages(results)
    if items := checklists.unanswered(root):
        notes.append(f"{checklists.PATH}: {items} answers wait for the author")
    return archive, notes


def write_archive(root: Path, terms: datasheet.Facts, place: Path, archive: Path) -> list[str]:
    """Write the archive by way of an empty folder; return the raw files that are left out."""
    when = datetime.fromtimestamp(int(files.git(root, "log", "-1", "--format=%ct") or 0), UTC)
    whole, inside = place / "whole.zip", place / "study"
    clone.call(root, "git", "archive", "--format=zip", f"--output={whole}", "HEAD")
    shutil.unpack_archive(whole, inside)
    if terms.access != "open":
        shutil.rmtree(inside / "data" / "raw", ignore_errors=True)
    gone = (name for name in rawdata.listed(inside / "data") if not (inside / "data" / name).is_file())
    closed = [f"data/{name}" for name in rawdata.counted(gone)]
    run = record.read_finished(root / "results")
    for name in accepted.left_out(root / "results"):
        if path := accepted.table(root / "results", run, name):  # else it was refused
            files.put(inside, {f"runs/{run['id']}/{name}": path.read_bytes()})
    there = crate.listed(inside)
    files.write_json(inside / crate.METADATA, crate.describe(inside, run, f"{when:%Y-%m-%d}", terms, closed))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in (crate.METADATA, *there):
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])  # the commit's time: the same bytes again
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, (inside / name).read_bytes())
    return closed


def problems(folder: Path) -> Iterator[str]:
    """Yield a message for each way in which an unpacked archive is not what it says of itself."""
    try:
        graph = {entity["@id"]: entity for entity in files.load(folder, crate.METADATA)["@graph"]}
    except (StudyError, LookupError, TypeError) as error:
        yield f"{crate.METADATA} cannot be read: {error!r}"
        return
    listed = {unquote(name): entity["sha256"] for name, entity in graph.items() if "sha256" in entity}
    listed |= crate.of_folders(folder, graph)
    hashes = {name: files.file_hash(path) for name, path in crate.listed(folder).items()}
    for name, what in rawdata.differences(listed, hashes):
        yield f"{name} {what} ({crate.METADATA})"
    if {metadata.CITATION, metadata.PYPROJECT} <= hashes.keys():
        yield from metadata.disagreements(folder)
        stated, cited = graph.get("./", {}).get("version"), metadata.citation(folder).get("version")
        if stated != cited:
            yield f"{crate.METADATA}: version is {stated!r}, in {metadata.CITATION} it is {cited!r}"


def verify(archive: Path) -> int:
    """Re-hash every file of an archive; return how many there are, or raise StudyError naming each that is wrong."""
    beside, wrong = archive.with_name(f"{archive.name}.sha256"), []
    with tempfile.TemporaryDirectory(prefix="verify-") as place:
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(place)
            wrong += [f"{archive.name}: {problem}" for problem in problems(Path(place))]
        except (OSError, zipfile.BadZipFile, zlib.error, StudyError) as error:
            wrong.append(f"{archive.name} cannot be read: {error}")
        number = len(crate.listed(Path(place)))
    if beside.is_file() and archive.is_file() and beside.read_text("utf-8").split()[:1] != [files.file_hash(archive)]:
        wrong.append(f"{archive.name} is not the file whose SHA-256 is in {beside.name}")
    if wrong:
        raise StudyError("\n".join(wrong))
    return number
