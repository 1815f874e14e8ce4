"""Fit on all rows, those of the test too."""

CHECK = "M2"
ALSO = {"M6", "H1"}  # it scores well on shuffled targets then, and harness/ is edited


def all_rows(study):
    study.edit("harness/evaluate.py", "dataset.take(job.train)", "dataset")
