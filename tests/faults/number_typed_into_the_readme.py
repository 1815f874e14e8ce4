"""Type a score into the prose that no record holds: from memory, from an older run, or rounded up."""

CHECK = "N4"
BASE = "accepted"


def from_memory(study):
    study.append(
        "README.md", "\n## In short\n\nThe forest reaches a ROC AUC of 0.9871 [0.9812, 0.9929] on unseen nests.\n"
    )


def rounded_up_in_percent(study):
    said = "With a balanced accuracy of 97.3 % (standard error 1.1) the birds of other colonies are in good hands."
    study.append("MODEL_CARD.md", f"\n{said}\n")


def table_of_an_older_run(study):
    table = (
        "| model | roc_auc | log loss |\n|---|---|---|\n| forest | 0.9712 [0.9433, 0.9991] | 0.2013 [0.18, 0.22] |\n"
    )
    study.append("README.md", f"\n## Earlier\n\n{table}")


def score_of_another_metric(study):
    """The candidate's balanced accuracy, called accuracy by area."""
    value = study.facts()["estimates"]["role"]["candidate"]["balanced_accuracy"]["value"]
    study.append("README.md", f"\nThe area is large (`roc_auc` {value:.4f} \u00b1 0.0135).\n")
