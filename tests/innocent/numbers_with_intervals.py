"""Copy numbers with their intervals from the table into a sentence or a table of one's own."""

BASE = "accepted"


def _row(study):
    (row,) = [line for line in study.read("README.md").splitlines() if line.startswith("| candidate |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def sentence(study):
    _, name, auc, accuracy, loss = _row(study)
    said = f"The {name} reaches a ROC AUC of {auc}; balanced accuracy {accuracy}, log loss {loss}."
    study.append("README.md", f"\n{said} The margin was 0.02 `roc_auc`; the floor has a roc_auc of 0.5.\n")


def own_table(study):
    _, name, auc, accuracy, _ = _row(study)
    study.append("MODEL_CARD.md", f"\n| | AUC | balanced accuracy |\n|---|---|---|\n| {name} | {auc} | {accuracy} |\n")


def spread_in_percent(study):
    value = study.facts()["estimates"]["role"]["candidate"]["balanced_accuracy"]
    low, high = 100 * value["low"], 100 * value["high"]
    said = f"a balanced accuracy of {100 * value['value']:.1f} % (95 % interval {low:.1f} % to {high:.1f} %)"
    study.append("README.md", f"\nOn unseen nests it has {said}.\n")
