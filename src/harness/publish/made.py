"""What is made of a study and its result: pages, checklists, metadata; nobody edits it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from harness import files
from harness.checks.engine import Subject
from harness.markdown import waiting
from harness.provenance import accepted
from harness.publish import card, checklists, croissant, metadata
from harness.report import page


def made(subject: Subject) -> Iterator[tuple[Path, Callable[[], str]]]:
    """Yield path, and the function that makes its text, of every made page; last the one that tells of the others."""
    root = subject.root
    if (root / "results" / "run.json").is_file():
        for path, text in card.pages(root, root / "results"):
            yield path, partial(str, text)
        yield root / "results" / page.NAME, partial(page.report, root / "results")
    yield root / metadata.CODEMETA, lambda: files.json_text(metadata.codemeta(root))
    yield root / croissant.PATH, lambda: files.json_text(croissant.describe(root))
    yield root / checklists.PATH, lambda: checklists.page(subject)


def refresh(root: Path) -> str:
    """Write it again; return in sentences what waits for the author."""
    with files.all_or_nothing():
        for path, text in made(Subject(root)):
            files.write_text(path, text())
            if path.name == page.NAME:
                accepted.write_manifest(path.parent, page.NAME)
    places = waiting(root / card.CARD) or f"every place in {card.CARD} is filled in"
    return f"{places}\n{checklists.unanswered(root)} questions in {checklists.PATH} wait for you"
