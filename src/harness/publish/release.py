"""The release: one archive of the accepted result with all that is committed, made only of what may be published."""

import os
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
from harness.provenance import datasheet, record
from harness.publish import checklists, crate, metadata

CARDS = ("README.md", "MODEL_CARD.md", "data/DATASHEET.md")
OPEN = "open"


def waiting(text: str) -> list[tuple[int, str]]:
    r"""
    List number and text of the lines that wait for their author.

    Examples
    --------
    >>> waiting("**Note.** One *word*.\n\n*Who may use it?*\n- *And who not?*")
    [(3, 'Who may use it?'), (4, 'And who not?')]
    """
    found = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line.strip("-* ")) for number, line in found if WAITING.fullmatch(line)]


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


def unlicensed(root: Path) -> Iterator[str]:
    """Yield which licence of the code is missing; that of the data is for N1 to say."""
    if not ((root / "LICENSE").is_file() and (root / "LICENSE").read_text(encoding="utf-8").strip()):
        yield "LICENSE is missing: a text without which nobody may use the code"
    if not metadata.citation(root).get("license"):
        yield "CITATION.cff: there is no license: name that of the code, as in the SPDX list"


def refusals(root: Path, outcomes: list[Any]) -> Iterator[str]:
    """Yield a sentence for each reason not to release what lies here; ``outcomes`` are those of the checks."""
    if not files.is_committed(root):
        yield "not everything is committed: git add -A && git commit"
    yield from unaccepted(root)
    yield from untagged(root, metadata.citation(root).get("version"))
    yield from unlicensed(root)
    for name in CARDS:
        for line, words in waiting((root / name).read_text(encoding="utf-8")) if (root / name).is_file() else ():
            yield f"{name}:{line} waits for its author: {words}"
    for one in outcomes:
        if one.status == "failed":
            yield from (f"{one.check.code} {one.check.name}: {sentence}" for sentence in one.evidence[:10])


def pack(root: Path, folder: Path) -> tuple[Path, list[str]]:
    """
    Write <name>-<version>.zip, and its .sha256, of the present commit.

    Returns
    -------
    archive : pathlib.Path
    notes : list of str
        What was not exercised, left out, or waits for the author without being in the way.

    Raises
    ------
    StudyError
        With every reason not to release; then nothing is written.
    """
    outcomes = findings.examine(engine.Subject(root), engine.all_checks(root))
    if found := list(refusals(root, outcomes)):
        raise StudyError("\n".join(["release: not yet:", *(f"  {reason}" for reason in found)]))
    name = f"{metadata.project(root)['name']}-{metadata.citation(root)['version']}"
    terms, run = datasheet.read(root)[0], record.read_finished(root / "results")
    when = datetime.fromtimestamp(int(files.git(root, "log", "-1", "--format=%ct") or 0), UTC)
    with tempfile.TemporaryDirectory(prefix="release-") as place:
        whole, inside = Path(place, "whole.zip"), Path(place, "study")
        subprocess.run(["git", "archive", "--format=zip", f"--output={whole}", "HEAD"], cwd=root, check=True)
        with zipfile.ZipFile(whole) as packed:
            packed.extractall(inside)
        if terms.access != OPEN:
            for path in crate.listed(inside / "data" / "raw").values():
                path.unlink()
        there = crate.listed(inside)
        manifest = (inside / "data" / "MANIFEST.sha256").read_text(encoding="utf-8").splitlines()
        closed = [name for name in (f"data/{line.partition('  ')[2]}" for line in manifest) if name not in there]
        files.write_json(inside / crate.METADATA, crate.describe(inside, run, f"{when:%Y-%m-%d}", terms, closed))
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.zip.part"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
            for one in (crate.METADATA, *there):
                entry = zipfile.ZipInfo(one, when.timetuple()[:6])  # the commit's time: the same bytes again
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                packed.writestr(entry, (inside / one).read_bytes())
    archive = folder / f"{name}.zip"
    os.replace(part, archive)
    files.write_text(folder / f"{archive.name}.sha256", f"{files.file_hash(archive)}  {archive.name}\n")
    notes = [f"{one} is left out: access is {terms.access}, or it is not in git" for one in closed]
    notes += findings.told(outcomes)
    if (path := root / checklists.PATH).is_file():
        items = path.read_text(encoding="utf-8").count(checklists.ASKED)
        notes += [f"{path.name}: {items} answers wait for the author"] * bool(items)
    return archive, notes
