"""What is made of a result and the files beside it: checklists and metadata."""

from pathlib import Path
from harness.markdown import waiting
from harness.publish import checklists, croissant, metadata


def refresh(root: Path) -> str:
    """Write it again; return in sentences what waits for the author."""
    metadata.write_codemeta(root)
    croissant.write(root)
    questions = checklists.write(root)
    places = waiting(root / "MODEL_CARD.md") or "every place in MODEL_CARD.md is filled in"
    return f"{places}\n{questions} questions in CHECKLISTS.md wait for you"
