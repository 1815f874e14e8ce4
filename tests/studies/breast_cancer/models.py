"""Four classifiers; the rival is a search that gives few rows to many settings, and more to the better ones."""

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import HalvingRandomSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier


def logistic(seed):
    """Logistic regression."""
    return make_pipeline(StandardScaler(), LogisticRegression(random_state=seed))


def plane(seed):
    """The separating plane in mean texture, worst area and worst smoothness (Street et al. 1993, Proc. SPIE 1905)."""
    three = make_column_transformer(("passthrough", ["mean texture", "worst area", "worst smoothness"]))
    return make_pipeline(three, LinearDiscriminantAnalysis())


def searched_machine(seed):
    """A support vector machine with searched parameters."""
    drawn = {"svc__C": np.logspace(-1, 2, 20), "svc__gamma": np.logspace(-4, -1, 20)}
    machine = make_pipeline(StandardScaler(), SVC(random_state=seed))
    options = {"n_candidates": 8, "min_resources": 60, "cv": 3, "scoring": "roc_auc", "random_state": seed}
    return HalvingRandomSearchCV(machine, drawn, **options)


def small_tree(seed):
    """A tree of three questions, about the six most telling columns."""
    return make_pipeline(SelectKBest(k=6), DecisionTreeClassifier(max_depth=3, random_state=seed))
