"""Save time with so few folds that no difference could be seen."""

CHECK = "P0"


def _set(study, **values):
    for key, (old, new) in values.items():
        study.edit("study/plan.toml", f"{key} = {old}\n", f"{key} = {new}\n")


def two_folds_once(study):
    _set(study, folds=(5, 2), repeats=(5, 1))


def five_folds_once(study):
    _set(study, repeats=(5, 1))


def stricter_alpha_on_few_folds(study):
    _set(study, folds=(5, 3), repeats=(5, 3))
    study.edit("study/plan.toml", 'family = ["rival", "domain"]', 'alpha = 0.005\nfamily = ["rival", "domain"]')
