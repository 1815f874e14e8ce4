"""The release: one archive of the accepted result with all that is committed, made only of what may be published."""

import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness import files
from harness.checks import engine, findings
from harness.exceptions import StudyError
from harness.markdown import WAITING
from harness.provenance import datasheet, rawdata, record
from harness.publish import checklists, crate, metadata

CARDS = ("README.md", "MODEL_CARD.md", "data/DATASHEET.md")
OPEN = "open"


def waiting(path: Path) -> Iterator[str]:
    """Yield a sentence for each line of a page that waits for its author."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if WAITING.fullmatch(line.strip()):
            yield f"{number} waits for its author: {line.strip().strip('-* ')}"


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
    tag, head = f"v{version}", files.git(root, "rev-parse", "HEAD")
    tags = [name for name in (files.git(root, "tag", "--points-at", "HEAD") or "").split() if name.startswith("v")]
    if tag in tags or head is None:
        return
    place = files.git(root, "rev-parse", "--verify", "--quiet", tag + "^{commit}")
    if place:
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
        if (root / name).is_file():
            yield from (f"{name}:{line}" for line in waiting(root / name))
    for one in outcomes:
        if one.status == "failed":
            yield from (f"{one.check.code} {one.check.name}: {sentence}" for sentence in one.evidence[:10])


def pack(root: Path, folder: Path) -> tuple[Path, list[str]]:
    """
    Write <name>-<version>.zip, and its .sha256, of the present commit, or raise StudyError with every reason not to.

    Return the archive, and notes of what was not exercised, left out, or waits for the author without being in the way.
    """
    outcomes = findings.examine(engine.Subject(root), engine.all_checks(root))
    if found := list(refusals(root, outcomes)):
        raise StudyError("\n".join(["release: not yet:", *(f"  {reason}" for reason in found)]))
    terms = datasheet.read(root)[0]
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{metadata.project(root)['name']}-{metadata.citation(root)['version']}.zip"
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        closed = write_archive(root, terms, Path(place), archive)
    files.write_text(folder / f"{archive.name}.sha256", f"{files.file_hash(archive)}  {archive.name}\n")
    notes = [f"{one} is left out: access is {terms.access}, or it is not in git" for one in closed]
    notes += findings.told(outcomes)
    if (path := root / checklists.PATH).is_file():
        items = path.read_text(encoding="utf-8").count(checklists.ASKED)
        notes += [f"{path.name}: {items} answers wait for the author"] * bool(items)
    return archive, notes


def write_archive(root: Path, terms: datasheet.Facts, place: Path, archive: Path) -> list[str]:
    """Write the archive by way of an empty folder; return the raw files that are left out."""
    when = datetime.fromtimestamp(int(files.git(root, "log", "-1", "--format=%ct") or 0), UTC)
    whole, inside = place / "whole.zip", place / "study"
    subprocess.run(["git", "archive", "--format=zip", f"--output={whole}", "HEAD"], cwd=root, check=True)
    shutil.unpack_archive(whole, inside)
    if terms.access != OPEN:
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
