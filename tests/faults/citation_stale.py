"""Raise the version, or add an author, in one of the places that name it."""

CHECK = "C1"


def version_in_one_place(study):
    study.edit("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"')


def author_added(study):
    study.edit("CITATION.cff", "authors:\n", "authors:\n  - name: Charles Babbage\n")


def tag_of_another_version(study):
    study.commit("Ready")
    study.git("tag", "v0.3.0")
