"""Let a notebook or a script write into results/, where only `accept` writes."""

import json

CHECK = "S2"
BASE = "accepted"


def table_saved_below(study):
    study.write("results/tables/scores_rounded.csv", "role,roc_auc\ncandidate,0.98\n")


def page_of_all_runs_copied(study):
    study.write("results/dashboard.html", "<html></html>\n")


def explanation_written_over_and_listed(study):
    facts = study.facts("results/explanation.json")
    study.write("results/explanation.json", json.dumps(facts, indent=1))
    again = "from harness.provenance import accepted; from pathlib import Path; "
    study.run(study.python, "-c", again + "accepted.write_manifest(Path('results'))")


def manifest_thrown_away(study):
    study.path("results/MANIFEST.sha256").unlink()
