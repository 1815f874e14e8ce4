"""What benchmarks/evaluation.py compares with: the fits, scores and explanations of a run, by scikit-learn in one loop.

Called there, in the study's folder, with the run's scores.csv, which says how many rows each fit saw. As a person would
write it who has no harness: no plan, no pairing, no cache, no verdict, no report.
"""

import sys
import warnings

import numpy as np
import pandas as pd
import shap
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.metrics import get_scorer

sys.path.insert(0, ".")
from sklearn.dummy import DummyClassifier
from study import data, models

METRICS = ["roc_auc", "neg_log_loss"]
warnings.simplefilter("ignore")  # of shap about itself

table, rng = data.tidy(data.read()), np.random.default_rng(0)
X, y = table.drop(columns="y"), table["y"]
planted = X.assign(planted=rng.standard_normal(len(X)))
values = []
for fit in pd.read_csv(sys.argv[1], dtype={"name": str}).itertuples():
    order = rng.permutation(len(X))
    n_train = round(fit.n_train * float(fit.name)) if fit.kind == "learning" else fit.n_train
    train, test = order[:n_train], order[len(order) - fit.n_test :]
    columns = planted if fit.kind == "planted" else X.drop(columns=["a"] if fit.kind == "ablation" else [])
    floor = fit.name == "floor"
    build = getattr(models, fit.name if fit.kind == "role" and not floor else "candidate")
    model = DummyClassifier(random_state=fit.repeat) if floor else build(fit.repeat)
    model.fit(columns.iloc[train], y.iloc[train])
    unseen, truth = columns.iloc[test], y.iloc[test]
    values.append([get_scorer(metric)(model, unseen, truth) for metric in METRICS])
    if fit.kind == "planted":
        permutation_importance(model, unseen, truth, scoring="roc_auc", n_repeats=10, random_state=0)
        some = unseen.sample(50, random_state=0)
        shap.TreeExplainer(model[-1])(model[:-1].transform(some))
        for name in X:
            partial_dependence(model, some, [name], kind="both", grid_resolution=20)
print(pd.DataFrame(values, columns=METRICS).describe())
