"""Edit a number between the marks of model card or README, or in the card's front matter."""

CHECK = "N1"
BASE = "accepted"


def _first(study, name, mark, old, new):
    before, found, after = study.read(name).partition(mark)
    assert old in after
    study.write(name, before + found + after.replace(old, new, 1))


def score_of_the_candidate(study):
    _first(study, "MODEL_CARD.md", "| candidate | forest |", "0.9", "0.99")


def verdict_in_the_readme(study):
    _first(study, "README.md", "<!-- numbers: begin", study.facts()["verdict"], "supported")


def front_matter(study):
    _first(study, "MODEL_CARD.md", "model-index:", "value: 0.", "value: 0.9")
