"""Run with several seeds, accept the best, and say nothing of the others."""

import copy
import shutil

CHECK = "B2"
BASE = "accepted"
VARIANTS = {"list_away": {"CHECK": "S2"}}


def _tried(study, name, seed, difference, minutes=-10):
    """Leave a run with another seed in runs/, whose candidate does so much better than the rival."""
    facts = copy.deepcopy(study.facts())
    facts["plan"]["evaluation"]["seed"] = seed
    for one in facts["comparisons"]:
        if (one["kind"], one["name"]) == ("role", "rival"):
            one["value"] = difference
    changed = {"plan": facts["plan"], "comparisons": facts["comparisons"]}
    return study.attempt(name, minutes, **changed)


def best_of_three(study):
    _tried(study, "20200101T000000Z-aaaaaa", 1, -0.03, -60)
    _tried(study, "20200101T000001Z-bbbbbb", 2, -0.02, -50)
    study.accept(study.facts()["id"])


def others_taken_off_the_list(study):
    """From the list and from runs/; then the run is accepted once more."""
    _tried(study, "20200101T000000Z-aaaaaa", 1, -0.03)
    study.accept(study.facts()["id"])
    lines = study.read("results/attempts.csv").splitlines(keepends=True)
    study.write("results/attempts.csv", "".join(one for one in lines if "aaaaaa" not in one))
    shutil.rmtree(study.path("runs/20200101T000000Z-aaaaaa"))
    study.commit("Tidy up")
    study.accept(study.facts()["id"])


def failed_run_not_listed(study):
    study.attempt("20200101T000000Z-cccccc", -60, status="failed", error="ValueError: no convergence")


def list_away(study):
    """The list, and nothing else: no file of a result may be missing."""
    study.path("results/attempts.csv").unlink()
