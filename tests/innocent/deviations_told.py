"""Write study/DEVIATIONS.md: what was done otherwise than planned, and why."""

import copy

BASE = "accepted"


def of_no_consequence(study):
    study.write("study/DEVIATIONS.md", "# Deviations\n\nTwo birds were measured by another person than planned.\n")


def why_this_margin(study):
    """An earlier run had a margin in per cent; the run that is accepted is named."""
    question = study.facts()["plan"]["question"] | {"margin": 0.002}
    study.attempt("20200101T000000Z-aaaaaa", -60, plan=study.facts()["plan"] | {"question": question})
    study.write("study/DEVIATIONS.md", f"Before run {study.facts()['id']} the margin was a slip of the pen.\n")
    study.commit("Why this margin")
    study.accept(study.facts()["id"])


def why_this_seed(study):
    """The first run was of a data set that was withdrawn; the run that is accepted is named."""
    facts = copy.deepcopy(study.facts())
    for n, seed in enumerate((1, 2)):
        facts["plan"]["evaluation"]["seed"] = seed
        for one in facts["comparisons"]:
            one["value"] -= 0.05
        changed = {"plan": facts["plan"], "comparisons": facts["comparisons"]}
        study.attempt(f"20200101T00000{n}Z-aaaaaa", -60 + n, **changed)
    study.write("study/DEVIATIONS.md", f"Run {study.facts()['id']} has the seed that the paper names.\n")
    study.commit("Why this seed")
    study.accept(study.facts()["id"])
