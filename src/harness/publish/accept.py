"""Accept: a run becomes the result, with its model; results/ and pages change all together or not at all."""

import shutil
from pathlib import Path
from typing import Any

from harness import files
from harness.exceptions import StudyError
from harness.method import test_set
from harness.provenance import accepted, attempts, machine, record, runs
from harness.publish import card, export
from harness.report import page

PLACE = ".accept"  # not in git; beside results/, so that moving a folder is one step


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
    if not run["committed"] or not files.is_committed(root):
        message = "accept: a result needs a commit. Commit your work, run again, accept that run."
        raise StudyError(message + files.without_git())
    if unlike := [*accepted.changed_sources(root, run)[0], *machine.unlike_lock(root)]:
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
        shutil.copytree(folder, new)
        if (root / test_set.PATH).is_file():
            shutil.copy2(root / test_set.PATH, new)
        attempts.write(root, new)
        exported = export.export(root, run, new / "model")
        page.write_report(new)
        accepted.write_manifest(new)
        pages = card.pages(root, new)
        undo.callback(back)
        if results.exists():
            results.rename(old)
        new.rename(results)
        for path, text in pages:
            files.write_text(path, text)
    return exported
