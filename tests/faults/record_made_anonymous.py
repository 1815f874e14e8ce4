"""Take out of the record who ran it and where, before it is published."""

CHECK = "P5"
ELSE = {"B2", "P9"}
BASE = "accepted"


def no_host(study):
    facts = study.facts()
    del facts["host"], facts["user"]
    study.state(facts)


def no_packages(study):
    study.state({key: one for key, one in study.facts().items() if key != "packages"})
    study.harness("card")


def stage_that_read_a_file_from_elsewhere(study):
    facts = study.facts()
    facts["stages"][-1]["reads"]["scores_final.csv"] = "0" * 64
    study.state(facts)
