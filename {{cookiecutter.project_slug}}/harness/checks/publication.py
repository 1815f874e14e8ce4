"""Checks of what is published: all of it tells the same."""

from ..publish import checklists, metadata
from .registry import CHECKS, NotExercised, accepted, check, outcome


@check("C1", "metadata-agree")
def metadata_agree(root):
    """CITATION.cff names what its format asks for; pyproject.toml and codemeta.json give the same facts."""
    return metadata.disagreements(root)


@check("N3", "checklists-in-step")
def checklists_in_step(root):
    """CHECKLISTS.md answers as its evidence does now, with the author's sentences."""
    accepted(root)
    cited = checklists.cited()
    for one in CHECKS:
        if one.code in cited and outcome(one, root)[0] == "failed":
            raise NotExercised(f"answers there rest on {one.code}, which fails: mend that first")
    path = root / checklists.PATH
    if not path.is_file() or path.read_text(encoding="utf-8") != checklists.page(root)[0]:
        yield f"{checklists.PATH} is not what its evidence makes of it: python -m harness card"
