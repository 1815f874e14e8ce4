"""Open the sealed test, dislike what comes out, and clean the ledger."""

CHECK = "T1"
BASE = "accepted"


def _open(study, reason="To see"):
    study.harness("unseal", "--reason", reason)
    study.commit("Open the test")


def all_of_it_away(study):
    _open(study)
    study.path("results/ledger.jsonl").unlink()
    study.harness("card")


def second_opening_away(study):
    _open(study)
    _open(study, "Once more")
    first = study.read("results/ledger.jsonl").splitlines(keepends=True)[0]
    study.write("results/ledger.jsonl", first)
    study.harness("card")


def better_reason(study):
    _open(study)
    study.edit("results/ledger.jsonl", "To see", "As planned, once, at the end")
    study.harness("card")
