"""Take out of the record who ran it and where, before it is accepted and published."""

CHECK = "P5"
VARIANTS = {"no_host_once_it_is_committed": {"CHECK": "S2", "ELSE": {"P5"}}}
BASE = "accepted"


def _accept(study, change):
    """Accept another run, whose record was changed in runs/ before."""
    name = study.attempt("20990101T000000Z-abcdef", 30)
    facts = study.facts(f"runs/{name}/run.json")
    change(facts)
    study.state(facts, f"runs/{name}/run.json")
    study.accept(name)


def no_name_and_no_machine(study):
    def forget(facts):
        del facts["name"], facts["cwd"], facts["processor"]

    _accept(study, forget)


def no_packages(study):
    _accept(study, lambda facts: facts.pop("packages"))


def stage_that_read_a_file_from_elsewhere(study):
    _accept(study, lambda facts: facts["stages"][-1]["reads"].update({"scores_final.csv": "0" * 64}))


def no_host_once_it_is_committed(study):
    facts = study.facts()
    del facts["host"], facts["user"]
    study.state(facts)
