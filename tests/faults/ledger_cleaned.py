"""Open the sealed test, dislike what comes out, and clean the ledger."""

CHECK = "T1"
BASE = "opened"


def all_of_it_away(study):
    study.path("results/ledger.jsonl").unlink()
    study.harness("card")


def second_opening_away(study):
    study.harness("unseal", "--again", "--reason", "Once more")
    study.commit("Open the test again")
    first = study.read("results/ledger.jsonl").splitlines(keepends=True)[0]
    study.write("results/ledger.jsonl", first)
    study.harness("card")


def better_reason(study):
    study.edit("results/ledger.jsonl", "To see", "As planned, once, at the end")
    study.harness("card")
