"""Search a parameter by folds that are shuffled anew in every fit, since the splitter was given no random_state."""

CHECK = "R1"


def by_stratified_folds(study):
    study.edit(
        "study/models.py",
        "from sklearn.pipeline",
        "from sklearn.model_selection import GridSearchCV, StratifiedKFold\nfrom sklearn.pipeline",
    )
    search = 'GridSearchCV(LogisticRegression(random_state=seed), {"C": [0.1, 1]}, cv=StratifiedKFold(3, shuffle=True))'
    study.edit(
        "study/models.py", "prepared(LogisticRegression(max_iter=1000, random_state=seed))", f"prepared({search})"
    )
