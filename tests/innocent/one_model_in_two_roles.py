"""Have no more than three models: give the simplest one the role of the rival, or of the field's rule, too."""


def rival_that_is_linear(study):
    study.edit("study/plan.toml", 'linear = "logistic"', 'linear = "discriminant"')


def rule_that_is_linear(study):
    study.edit("study/plan.toml", 'domain = "deep_bill"', 'domain = "logistic"  # *Is there a rule of the field?*')
