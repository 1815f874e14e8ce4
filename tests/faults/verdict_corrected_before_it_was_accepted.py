"""Correct the verdict of a run, its uncertainty, or how much was tried for it, in runs/, before the run is accepted."""

CHECK = "S3"
BASE = "accepted"


def _accept(study, **changed):
    study.accept(study.attempt("20990101T000000Z-abcdef", 30, **changed))


def verdict_that_was_hoped_for(study):
    _accept(study, verdict="supported")


def smaller_uncertainty(study):
    budget = study.facts()["budget"]
    budget[0]["systematic"] /= 10
    _accept(study, budget=budget)


def more_settings_tried_for_the_rival(study):
    _accept(study, tried=study.facts()["tried"] | {"rival": 40})
