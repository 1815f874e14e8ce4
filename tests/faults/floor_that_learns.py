"""Let the floor learn, or take a dummy for the rival, so that anything beats it."""

CHECK = "run"
PLACE = ("study/plan.toml: [models]: floor: it is a dummy that comes with the harness",)
VARIANTS = {"dummy_for_a_rival": {"PLACE": ("study/plan.toml: [models] rival: 'guess' is a dummy",)}}
LINEAR = 'linear = "logistic"'


def dummy_for_a_rival(study):
    study.append("study/models.py", '\n\ndef guess(seed):\n    """Guess."""\n    return DummyClassifier()\n')
    forest = "from sklearn.ensemble import"
    study.edit("study/models.py", forest, "from sklearn.dummy import DummyClassifier\n" + forest)
    study.edit("study/plan.toml", 'rival = "discriminant"', 'rival = "guess"')


def floor_is_a_stump(study):
    study.append("study/models.py", '\n\ndef stump(seed):\n    """Ask one question."""\n    return DeepBill()\n')
    study.edit("study/plan.toml", LINEAR, f'floor = "stump"\n{LINEAR}')


def floor_is_the_linear_model(study):
    study.edit("study/plan.toml", LINEAR, f'floor = "logistic"\n{LINEAR}')
