"""Make again what is made, after a result was accepted: card, report, page of all runs; keep notes beside a run."""

BASE = "accepted"
VARIANTS = {"report_of_an_opened_test": {"BASE": "opened"}}


def everything_made(study):
    study.harness("card")


def report_of_the_run(study):
    study.harness("report", study.facts()["id"])
    study.harness("card")


def notes_beside_the_run_and_accepted_again(study):
    name = study.facts()["id"]
    study.write(f"runs/{name}/notes.md", "The second fold is odd.\n")
    study.write(f"runs/{name}/figures/roc.svg", "<svg/>\n")
    study.accept(name)
    assert not study.path("results/notes.md").exists() and not study.path("results/figures").exists()


def report_of_an_opened_test(study):
    study.harness("card")
