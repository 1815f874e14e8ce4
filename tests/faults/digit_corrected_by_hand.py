"""Correct a digit of the accepted scores, or the word of the verdict, by hand."""

import re

CHECK = "S2"
BASE = "accepted"


def one_fold_was_unlucky(study):
    head, _, rows = study.read("results/scores.csv").partition("\nrole,candidate,")
    study.write("results/scores.csv", head + "\nrole,candidate," + re.sub(r"0\.9\d", "0.99", rows, count=1))


def verdict_that_was_hoped_for(study):
    facts = study.facts()
    study.state(facts | {"verdict": "supported"})
    study.harness("card")


def smaller_uncertainty(study):
    facts = study.facts()
    facts["budget"][0]["systematic"] /= 10
    study.state(facts)
    study.harness("card")
