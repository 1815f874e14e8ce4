"""Let the floor learn, or take a dummy for the rival, so that anything beats it."""

CHECK = "B1"


def dummy_for_a_rival(study):
    study.edit("study/plan.toml", 'rival = "discriminant"', 'rival = "dummy"')


def floor_is_a_stump(study):
    study.edit("study/models.py", 'return DummyClassifier(strategy="prior", random_state=seed)', "return DeepBill()")


def floor_is_the_linear_model(study):
    study.edit("study/plan.toml", 'floor = "dummy"', 'floor = "logistic"')
