"""Waive a check that fails, with date and reason."""

BASE = "accepted"


def bare_score(study):
    value = study.facts()["estimates"]["role"]["candidate"]["roc_auc"]["value"]
    study.append("README.md", f"\nThe forest reaches an AUC of {value:.4f}.\n")
    waiver = '\n[waivers.N5]\nreason = "The press office wants one number."\ndate = 2026-01-31\n'
    study.append("study/plan.toml", waiver)
