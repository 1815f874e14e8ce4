"""Accept: a run becomes the result, with its model; results/ and pages change all together or not at all."""

import shutil
from pathlib import Path
from typing import Any

from harness import files
from harness.exceptions import StudyError
from harness.fits import test_set
from harness.provenance import accepted, attempts, machine, record, runs
from harness.publish import card, export, made

PLACE = ".accept"  # not in git; beside results/, so that moving a folder is one step


def written(folder: Path, run: dict[str, Any]) -> list[str]:
    """
    List the files that a run wrote itself, but for tables of rows that are too large for git.

    Raise StudyError if one of them is another now.
    """
    wrote = {name: digest for stage in run["stages"] for name, digest in stage["writes"].items() if "." in name}
    for name, digest in wrote.items():
        if not (folder / name).is_file() or files.file_hash(folder / name) != digest:
            raise StudyError(f"accept: runs/{folder.name}/{name} was changed after the run wrote it. `make run` again.")
    return ["run.json", *(name for name in wrote if not accepted.is_large(folder / name))]


def other_packages(root: Path, run: dict[str, Any]) -> list[str]:
    """List the packages that are not as locked, but for those of which the run said so, which went on by a waiver."""
    return [message for message in machine.unlike_lock(root) if message not in run["unlike_lock"]]


def accept(root: Path, run_id: str) -> dict[str, Any]:
    """Make a finished run of the study as it lies here, committed, the result; return what model.json holds."""
    results, new, old = root / "results", root / PLACE / "new", root / PLACE / "old"
    if old.is_dir() and not results.exists():  # killed between the two moves below
        old.rename(results)
    folder = runs.folder_of(root, run_id, "accept")
    run = record.read_finished(folder)
    if repeated := run.get("replay_of"):
        raise StudyError(f"accept: {run['id']} is a replay of {repeated}. Accept that run itself.")
    if run.get("exploratory"):
        raise StudyError(f"accept: {run['id']} was only a try. `make run`, accept that run.")
    if not run["committed"]:
        again = f"Commit, run again, accept that run.{files.without_git()}"
        raise StudyError(f"accept: run {run['id']} was made before all was committed. {again}")
    if not files.is_committed(root):
        changed = files.git(root, "status", "--porcelain") or "this folder, which git does not keep"
        raise StudyError(f"accept: not committed: {', '.join(changed.split(chr(10))[:5])}. Commit, then accept again.")
    if unlike := [*accepted.changed_sources(root, run)[0], *other_packages(root, run)]:
        again = "The exported model would not be the run's: run again, accept that run."
        raise StudyError(f"accept: not as in run {run['id']}: {', '.join(unlike)}. {again}")

    def back() -> None:
        if results.exists() and not new.exists():
            results.rename(new)
        if old.exists():
            old.rename(results)
        shutil.rmtree(root / PLACE, ignore_errors=True)

    shutil.rmtree(root / PLACE, ignore_errors=True)
    with files.all_or_nothing() as undo:
        undo.callback(shutil.rmtree, root / PLACE, ignore_errors=True)
        new.mkdir(parents=True)
        for name in written(folder, run):
            shutil.copy2(folder / name, new)
        if (root / test_set.PATH).is_file():
            shutil.copy2(root / test_set.PATH, new)
        attempts.write(root, new)
        exported = export.export(root, run, new / "model")
        files.write_text(new / files.REPORT, made.report(root, new))
        accepted.write_manifest(new)
        pages = card.pages(root, new)
        undo.callback(back)
        if results.exists():
            results.rename(old)
        new.rename(results)
        for path, text in pages:
            files.write_text(path, text)
    return exported
