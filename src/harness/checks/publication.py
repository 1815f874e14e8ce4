"""Checks of what is published: all of it tells the same."""

import contextlib

from packaging.version import InvalidVersion, Version

from harness import files
from harness.checks.registry import CHECKS, NotExercised, accepted, at, check, outcome, planned
from harness.publish import checklists, metadata


@check("C1", "metadata-agree")
def metadata_agree(root):
    """
    CITATION.cff names what its format asks for; pyproject.toml and codemeta.json give the same facts.

    Detected: version, authors and licence are compared, the version with the newest tag too, and codemeta.json with
    what CITATION.cff makes of it.
    Why: a citation of another version or of other people leads to another study, or to none.
    Do: edit CITATION.cff and pyproject.toml to the same facts, then python -m harness card.
    """
    yield from metadata.disagreements(root)
    version = str(metadata.citation(root).get("version"))
    tag = files.git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*") or ""
    with contextlib.suppress(InvalidVersion):  # such as a tag of something else
        if Version(tag) > Version(version):
            yield at(metadata.CITATION, f"version is {version!r}, but there is a tag {tag} already: raise the version")


def waived(root):
    """Codes of the checks that the plan waives."""
    try:
        return set(planned(root).waivers)
    except NotExercised:
        return set()


@check("N3", "checklists-in-step")
def checklists_in_step(root):
    """
    CHECKLISTS.md answers as its evidence does now, with the author's sentences.

    Detected: the page is made anew from files, checks and your sentences, and compared; not while another check fails.
    Why: a reviewer takes its answers for what is so today.
    Do: python -m harness card; your own sentences below the items are kept.
    """
    accepted(root)
    cited, excused = checklists.cited(), waived(root)
    for one in CHECKS:
        asked = one.code != "N3" and one.code not in excused and (one.code in cited or not one.refits)
        if asked and outcome(one, root)[0] == "failed":
            raise NotExercised(f"answers there rest on what {one.code} says, which fails: mend that first")
    path = root / checklists.PATH
    if not path.is_file() or path.read_text(encoding="utf-8") != checklists.page(root)[0]:
        yield at(checklists.PATH, "is not what its evidence makes of it: python -m harness card")
