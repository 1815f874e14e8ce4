"""Change the plan when the result is known, so that it comes out better."""

CHECK = "P3"
BASE = "accepted"
VARIANTS = {
    "margin_that_suits": {"CHECK": "S1"},
    "claim_turned_round": {"CHECK": "S1"},
    "after_unsealing": {"CHECK": "S1", "BASE": "opened"},
    "family_without_the_lost_comparison": {"CHECK": "S1"},
}


def margin_that_suits(study):
    study.edit("study/plan.toml", "margin = 0.02 ", "margin = 0.0001 ")


def claim_turned_round(study):
    claim = study.read("study/plan.toml").partition('claim = "')[2].partition('"')[0]
    study.edit(
        "study/plan.toml", claim, "A random forest tells the sex of a penguin as well as the discriminant function."
    )


def margin_that_suits_and_run_again(study):
    """The list of attempts still has the run that was asked with the other margin."""
    question = study.facts()["plan"]["question"] | {"margin": 0.005}
    study.attempt("20200101T000000Z-aaaaaa", -60, plan=study.facts()["plan"] | {"question": question})
    study.accept(study.facts()["id"])


def after_unsealing(study):
    study.edit("study/plan.toml", 'further_metrics = ["balanced_accuracy", "neg_log_loss"]', 'further_metrics = ["f1"]')


def family_without_the_lost_comparison(study):
    study.edit("study/plan.toml", 'family = ["rival", "domain"]', 'alpha = 0.2\nfamily = ["rival"]')
