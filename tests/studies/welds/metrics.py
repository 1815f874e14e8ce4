"""Metrics of several labels."""

from functools import partial

from sklearn.metrics import f1_score

f1_of_a_weld = partial(f1_score, average="samples", zero_division=1)  # of none, none is right


def right(truth, said):
    """Share of the labels that are right, as one minus the Hamming loss."""
    return (truth == said).mean()
