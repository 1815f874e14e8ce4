"""Select features inside the pipeline, where each fold's training rows decide."""


def select_k_best(study):
    study.edit("study/models.py", "        model,\n    )", "        SelectKBest(k=4),\n        model,\n    )")
    study.edit(
        "study/models.py",
        "from sklearn.impute",
        "from sklearn.feature_selection import SelectKBest\nfrom sklearn.impute",
    )
    study.edit("study/models.py", '(strategy="median")', '(strategy="median", keep_empty_features=True)')
