"""Choose the columns of a model by a set, whose order is another one in each process."""

CHECK = "R2"
ALSO = {"A1"}  # an ablation meets the other order
OWN = """
COLUMNS = {columns}


def forest(seed):"""
STEP = '("columns", FunctionTransformer(lambda X: X[list(COLUMNS)])), *prepared('


def _put(study, columns):
    study.edit("study/models.py", "import OneHotEncoder", "import FunctionTransformer, OneHotEncoder")
    study.edit("study/models.py", "\ndef forest(seed):", OWN.format(columns=columns))
    study.edit(
        "study/models.py",
        "    return prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))",
        "    model = prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))\n"
        '    model.steps.insert(0, ("choose", FunctionTransformer(choose)))\n    return model',
    )
    study.edit(
        "study/models.py",
        "\ndef forest(seed):",
        '\ndef choose(X):\n    """Choose."""\n    return X[list(COLUMNS)]\n\n\ndef forest(seed):',
    )


def written_as_a_set(study):
    _put(study, '{"bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "species", "island"}')


def all_but_one(study):
    names = '["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "species", "island"]'
    _put(study, f'list(set({names}) - {{"island"}})')
