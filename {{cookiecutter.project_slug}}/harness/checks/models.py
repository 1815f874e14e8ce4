"""Checks of the models: they follow the seed."""

from .. import StudyError, inputs
from .registry import NotExercised, check, planned


@check("R1", "models-seeded", before_run=True)
def models_seeded(root):
    """Every random_state of every model in the plan comes from the seed that its function is given."""
    try:
        functions = inputs.model_functions()
    except StudyError as error:
        raise NotExercised(str(error)) from None
    for name in sorted({name for _, name in planned(root).models} & functions.keys()):
        one, other = (inputs.build(functions, name, seed) for seed in (1, 2))
        if hasattr(one, "get_params"):
            first, second = one.get_params(), other.get_params()
            for key in first:
                if key.rpartition("__")[2] == "random_state" and first[key] == second[key]:
                    where = f"study/models.py:{functions[name].__code__.co_firstlineno}: {name}"
                    yield f"{where}: {key} is {first[key]} whatever the seed: pass random_state=seed"
