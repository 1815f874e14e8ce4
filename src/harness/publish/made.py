"""What is made of a study and its result: pages, checklists, metadata; nobody edits it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from harness import files
from harness.checks.engine import Subject
from harness.fits import cache
from harness.markdown import waiting
from harness.provenance import accepted, machine
from harness.publish import card, checklists, croissant, metadata

OWN = (files.REPORT, accepted.MANIFEST)  # what tells of the other files of a result


def made(subject: Subject) -> Iterator[tuple[Path, Callable[[], str]]]:
    """Yield path, and the function that makes its text, of every made page; last the one that tells of the others."""
    root = subject.root
    if (root / "results" / "run.json").is_file():
        for path, text in card.pages(root, root / "results"):
            yield path, partial(str, text)
        yield root / "results" / files.REPORT, partial(report, root, root / "results")
    yield root / metadata.CODEMETA, lambda: files.json_text(metadata.codemeta(root))
    yield root / croissant.PATH, lambda: files.json_text(croissant.describe(root))
    yield root / checklists.PATH, lambda: checklists.page(subject)


def report(root: Path, folder: Path) -> str:
    """Make the report of a result; it is kept by all that it is made of, since figures take seconds to draw."""
    from harness.report import page  # as matplotlib does to import, which who draws nothing need not wait for

    parts = {name: files.file_hash(path) for name, path in files.listed(folder).items() if name not in OWN}
    name = files.parts_hash(machine.judge(), files.file_hash(root / files.LOCK), repr(parts))
    text: str = cache.kept(root / files.CACHE / "reports", name, partial(page.report, folder))
    return text


def refresh(root: Path) -> str:
    """Write it again; return in sentences what waits for the author."""
    with files.all_or_nothing():
        for path, text in made(Subject(root)):
            files.write_text(path, text())
            if path.name == files.REPORT:
                accepted.write_manifest(path.parent, files.REPORT)
    places = waiting(root / card.CARD) or f"every place in {card.CARD} is filled in"
    return f"{places}\n{checklists.unanswered(root)} questions in {checklists.PATH} wait for you"
