"""Waive a check that fails, with date and reason."""

BASE = "accepted"


def number_of_another_paper(study):
    study.append("README.md", "\nThe harbour master's rule reaches an ROC AUC of 0.8123 elsewhere.\n")
    waiver = '\n[waivers.N4]\nreason = "It is the number of another paper, in its own words."\ndate = 2026-01-31\n'
    study.append("study/plan.toml", waiver)
