"""Search the settings of one model, and take the other as it comes, or search where the best is not."""

CHECK = "F3"
FOREST = "RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed)"
VARIANTS = {"best_at_the_edge": {"CHECK": "F2", "ALSO": {"F3"}}}
MODELS = "study/models.py"


def _search(study, model, grid):
    study.edit(MODELS, f"prepared({model})", f"prepared(GridSearchCV({model}, {grid}, cv=3))")
    pipeline = "from sklearn.pipeline"
    study.edit(MODELS, pipeline, f"from sklearn.model_selection import GridSearchCV\n{pipeline}")


def _accept(study):
    study.quick()
    study.accept(study.run_id())


def _no_depth(study):
    plan = study.read("study/plan.toml")
    lines = [line for line in plan.splitlines() if "randomforestclassifier__" not in line]
    study.write("study/plan.toml", "\n".join(lines) + "\n")


def candidate_alone(study):
    _no_depth(study)
    _search(study, FOREST, '{"max_features": [1, 3]}')
    _accept(study)


def rival_alone(study):
    """The other way round counts, too."""
    _search(study, "LinearDiscriminantAnalysis()", '{"tol": [1e-4, 1e-3]}')
    _accept(study)


def best_at_the_edge(study):
    _no_depth(study)
    _search(study, FOREST, '{"min_samples_leaf": [40, 80, 100]}')
    _accept(study)
