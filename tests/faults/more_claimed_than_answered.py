"""Claim in the prose what the plan did not ask, or what the verdict does not say."""

MISSED = {
    "outperforms": "No check judges English prose: a reviewer holds the sentence against the verdict above it.",
    "significant_against_a_model_outside_the_family": "No check judges English prose: a reviewer holds the sentence against the verdict above it.",
    "state_of_the_art": "No check judges English prose: a reviewer holds the sentence against the verdict above it.",
    "proves_it": "No check judges English prose: a reviewer holds the sentence against the verdict above it.",
}
BASE = "accepted"


def outperforms(study):
    study.append("README.md", "\nOur random forest clearly outperforms the discriminant function.\n")


def significant_against_a_model_outside_the_family(study):
    study.append("MODEL_CARD.md", "\nThe forest is significantly better than the `logistic` regression.\n")


def state_of_the_art(study):
    study.edit("README.md", "**The question** is", "We reach state-of-the-art results on penguins. **The question** is")


def proves_it(study):
    study.append("MODEL_CARD.md", "\nThe experiment proves the claim.\n")
