"""Explain a model at more length in its docstring."""


def explain(study):
    study.edit(
        "study/models.py", '"""Random forest, ', '"""Random forest, many trees that are each grown on other rows, '
    )
