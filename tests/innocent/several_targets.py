"""Ask for several labels of a row at once, or for several numbers."""

REFIT = True
DATA, MODELS, PLAN = "study/data.py", "study/models.py", "study/plan.toml"
TRUE = "pa.Column(float, pa.Check.isin([0.0, 1.0]), nullable=True)"


def _put(study, target, metric):
    """Name the targets, and no more roles than need be."""
    study.no_canaries()
    study.edit(PLAN, 'target = "sex"', f"target = {target}")
    study.edit(PLAN, 'metric = "roc_auc"', f'metric = "{metric}"')
    study.edit(PLAN, 'further_metrics = ["balanced_accuracy", "neg_log_loss"]\nfamily = ["rival", "domain"]', "")
    study.edit(PLAN, 'linear = "logistic"\ndomain = "deep_bill"\n', "")
    study.edit(PLAN, 'benchmark = "load_breast_cancer"', 'benchmark = ""')
    study.harness("manifest")


def labels(study):
    """Is it a male, and was its clutch complete?"""
    known = '    table["male"] = raw["Sex"].map({"MALE": 1.0, "FEMALE": 0.0})\n'
    known += '    table["clutch"] = raw["Clutch Completion"].map({"Yes": 1.0, "No": 0.0})\n'
    study.edit(DATA, '    "Sex": "sex",\n', "")
    study.edit(DATA, "    return table.set_index(", known + "    return table.set_index(")
    sex = next(line for line in study.read(DATA).splitlines() if line.startswith('        "sex": '))
    study.edit(DATA, sex, f'        "male": {TRUE},\n        "clutch": {TRUE},')
    study.edit(
        DATA, "[\"nest\", \"sex\"]].tolist()\n    ['PAL0708 Adelie N1', 'MALE']", "\"nest\"]\n    'PAL0708 Adelie N1'"
    )
    study.edit(
        MODELS, "from sklearn.pipeline", "from sklearn.multioutput import MultiOutputClassifier\nfrom sklearn.pipeline"
    )
    study.edit(
        MODELS,
        "prepared(LinearDiscriminantAnalysis())",
        "prepared(MultiOutputClassifier(LinearDiscriminantAnalysis()))",
    )
    _put(study, '["male", "clutch"]', "roc_auc")


def numbers(study):
    """How heavy is it, and how high in the food web does it eat?"""
    nitrogen = '    table["nitrogen"] = raw["Delta 15 N (o/oo)"].astype(float)\n'
    study.edit(DATA, "    return table.set_index(", nitrogen + "    return table.set_index(")
    nest = '        "nest": pa.Column(str),\n'
    known = '        "nitrogen": pa.Column(float, pa.Check.in_range(5, 13), nullable=True),\n'
    study.edit(DATA, nest, known + nest)
    study.edit(PLAN, '"body_mass_g", "species", "island"]\ngroup', '"species", "island"]\ngroup')
    study.edit(PLAN, 'without_mass = { columns = ["body_mass_g"] }\n', "")
    study.edit(PLAN, "value = 1 }", "value = 4 }")
    study.edit(MODELS, "import RandomForestClassifier", "import RandomForestRegressor")
    study.edit(MODELS, "RandomForestClassifier(", "RandomForestRegressor(")
    study.edit(MODELS, "import LogisticRegression", "import LinearRegression, LogisticRegression")
    study.edit(MODELS, "prepared(LinearDiscriminantAnalysis())", "prepared(LinearRegression())")
    study.edit(PLAN, "randomforestclassifier__max_depth", "randomforestregressor__max_depth")
    study.edit(
        PLAN,
        'randomforestclassifier__criterion", value = "entropy"',
        'randomforestregressor__min_samples_leaf", value = 3',
    )
    _put(study, '["body_mass_g", "nitrogen"]', "r2")
