"""Checks of what is published: all of it tells the same."""

from ..publish import metadata
from .registry import check


@check("C1", "metadata-agree")
def metadata_agree(root):
    """CITATION.cff names what its format asks for; pyproject.toml and codemeta.json give the same facts."""
    return metadata.disagreements(root)
