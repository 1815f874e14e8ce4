"""Tell a score without its interval."""

MISSED = {
    "in_the_readme": "No check judges English prose: a reviewer sees that the interval is missing.",
    "in_the_card_in_percent": "No check judges English prose: a reviewer sees that the interval is missing.",
    "in_a_table": "No check judges English prose: a reviewer sees that the interval is missing.",
}
BASE = "accepted"


def _value(study, metric):
    return study.facts()["estimates"]["role"]["candidate"][metric]["value"]


def in_the_readme(study):
    study.append("README.md", f"\nThe forest reaches an AUC of {_value(study, 'roc_auc'):.4f}.\n")


def in_the_card_in_percent(study):
    said = f"Balanced accuracy: {100 * _value(study, 'balanced_accuracy'):.1f} %."
    study.append("MODEL_CARD.md", f"\n{said}\n")


def in_a_table(study):
    study.append("README.md", f"\n| model | log loss |\n|---|---|\n| forest | {_value(study, 'neg_log_loss'):.3f} |\n")
