"""Put another kind of model in the place of the forest, seeded as it should be."""

REFIT = True
FOREST = "prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))"
IMPORT = "from sklearn.impute import SimpleImputer\n"


def _put(study, imports, model):
    study.edit("study/models.py", IMPORT, IMPORT + imports)
    study.edit("study/models.py", FOREST, f"prepared({model})")
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])


def boosted_histograms(study):
    study.edit("study/models.py", "import RandomForestClassifier", "import HistGradientBoostingClassifier")
    _put(study, "", "HistGradientBoostingClassifier(max_iter=30, early_stopping=True, random_state=seed)")


def support_vectors_with_an_idle_seed(study):
    _put(study, "from sklearn.svm import SVC\n", "SVC(random_state=seed)")


def calibrated(study):
    inner = "RandomForestClassifier(30, random_state=seed)"
    model = f"CalibratedClassifierCV({inner}, cv=StratifiedKFold(3, shuffle=True, random_state=seed))"
    _put(
        study,
        "from sklearn.calibration import CalibratedClassifierCV\nfrom sklearn.model_selection import StratifiedKFold\n",
        model,
    )


def searched_in_folds(study):
    study.edit("study/models.py", IMPORT, IMPORT + "from sklearn.model_selection import GridSearchCV\n")
    grid = '{"randomforestclassifier__max_depth": [2, 8]}'
    study.edit("study/models.py", FOREST, f"GridSearchCV({FOREST.replace('=50', '=20')}, {grid}, cv=3, n_jobs=-1)")
    study.write("study/plan.toml", study.read("study/plan.toml").partition("[ablations]")[0])
