"""How often is the verdict right, and is its chance foretold? python benchmarks/power.py PROJECT [PART].

PART is one of verdicts, predicted, spread; all if it is left out. Where the truth is known:

Data sets are drawn, candidate and rival are fitted and scored by scikit-learn, and PROJECT's harness judges the scores.
The two are alike: each sees the first feature and one of its own, which tells more, or as much. Features of variance 1
whose class means are d apart (Euclid's distance) allow an AUC of Phi(d / sqrt 2); a linear target with noise of
variance 1 allows an error of sqrt(1 + b^2) if a feature of weight b is not seen. So the true difference is known, and
set to twice the margin, or to zero. Prints rates with 95 % Wilson intervals.

With 2000 rows the standard error is about a quarter of the margin: that is what an answer takes. With 500, printed for
comparison, the interval reaches a whole margin to each side, and the verdict is mostly open, or "not supported": true
of a zero effect too, which is no more than the margin, but less than "equivalent" says.

predicted: `harness plan --power` foretells the chance of each verdict by floor and rival alone. On 200 data sets for
each true difference of 0, 1 and 2 margins, its mean chance stands beside the share that `judge` gave, with the standard
error of the difference. In them the difference varies from fold to fold about as much as the rival's score, which is
what it assumes. spread: what that assumption is worth, for pairs of models on data that everybody has.
"""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

DATA_SETS, ROWS, FOLDS, REPEATS = 50, 2000, 5, 5
FORETOLD, ONLY, VERDICTS = 200, 3, ("supported", "equivalent", "not supported", "no conclusion")


def classification(rng, rows, effect, first=1.2):
    """Draw two classes; the AUC that the rival can reach is 0.85, the candidate's is larger by the effect."""
    import numpy as np
    from scipy.stats import norm

    own = [np.sqrt((np.sqrt(2) * norm.ppf(auc)) ** 2 - first**2) for auc in (0.85 + effect, 0.85)]
    y = np.arange(rows) % 2
    return rng.normal(size=(rows, 3)) + y[:, None] * np.array([first, *own]), y


def regression(rng, rows, effect, rivals=0.5):
    """
    Draw a linear target; the error that the rival can reach is larger than the candidate's by the effect.

    ``rivals`` is the weight of what the rival alone sees, so that the candidate's error is sqrt(1 + rivals^2).
    """
    import numpy as np

    candidates = np.sqrt((np.sqrt(1 + rivals**2) + effect) ** 2 - 1)
    X = rng.normal(size=(rows, 3))
    return X, X @ np.array([1.0, candidates, rivals]) + rng.normal(size=rows)


def problems():
    """Name -> how to draw it, its metric and margin, its floor, and the model of both candidate and rival."""
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.linear_model import LinearRegression, LogisticRegression

    error = "neg_root_mean_squared_error"
    return {
        "AUC, logistic regression": (classification, "roc_auc", 0.03, DummyClassifier(), LogisticRegression()),
        "RMSE, linear regression": (regression, error, 0.07, DummyRegressor(), LinearRegression()),
    }


def scores(X, y, metric, floor, model, seed, repeats=REPEATS):
    """Score floor, rival and candidate on the same folds, as the harness tables it."""
    import pandas as pd
    from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, cross_validate

    splitter = RepeatedStratifiedKFold if metric == "roc_auc" else RepeatedKFold
    cuts = list(splitter(n_splits=FOLDS, n_repeats=repeats, random_state=seed).split(X, y))
    tables = []
    for role, estimator, columns in (("floor", floor, [0]), ("rival", model, [0, 2]), ("candidate", model, [0, 1])):
        values = cross_validate(estimator, X[:, columns], y, cv=cuts, scoring=metric)["test_score"]
        rows = {"kind": "role", "name": role, "seed": 0, metric: values}
        rows |= {"repeat": [n // FOLDS for n in range(len(cuts))], "fold": [n % FOLDS for n in range(len(cuts))]}
        sizes = {"n_train": [len(train) for train, _ in cuts], "n_test": [len(test) for _, test in cuts]}
        tables.append(pd.DataFrame(rows | sizes))
    return pd.concat(tables)


def plan_of(metric, margin, repeats=REPEATS):
    """Return as much of a plan as a verdict, and its chance, need."""
    from harness.scales import scale

    return SimpleNamespace(
        question=SimpleNamespace(margin=margin, direction="better", family=["rival"], alpha=0.05),
        evaluation=SimpleNamespace(folds=FOLDS, repeats=repeats),
        metric_names=[metric],
        scales={metric: scale(metric)},
        confidence=0.95,
    )


def verdicts(problem, rows, times, seed):
    """Judge data sets whose true difference is so many times the margin."""
    import numpy as np

    from harness.method import verdict

    draw, metric, margin, floor, model = problem
    plan = plan_of(metric, margin)
    for number in range(DATA_SETS):
        X, y = draw(np.random.default_rng([seed, number]), rows, times * margin)
        yield verdict.judge(plan, scores(X, y, metric, floor, model, number))["verdict"]


def predicted():
    """Print the chances that are foretold beside the shares that come of it; in fewer repeats, to save time."""
    from functools import partial

    import numpy as np

    from harness.method import power, verdict

    known, worst = problems(), 0.0
    changed = {"AUC, logistic regression": partial(classification, first=1.15)}
    changed["RMSE, linear regression"] = partial(regression, rivals=0.65)
    print(f"{FORETOLD} data sets of 500 rows, {FOLDS} x {ONLY} folds: foretold by floor and rival, and observed")
    for name, margin in (("AUC, logistic regression", 0.03), ("RMSE, linear regression", 0.1)):
        _, metric, _, floor, model = known[name]
        plan = plan_of(metric, margin, ONLY)
        for times in (0, 1, 2):
            said, chances = [], []
            for number in range(FORETOLD):
                X, y = changed[name](np.random.default_rng([3, times, number]), 500, times * margin)
                table = scores(X, y, metric, floor, model, number, ONLY)
                told = power.told(plan, table[table["name"] != "candidate"])
                chances.append(power.expected(plan.question, told, times))
                said.append(verdict.judge(plan, table)["verdict"])
            for word in VERDICTS:
                hoped = np.array([one[word] for one in chances])
                seen = np.array([one == word for one in said])
                share = hoped.mean()  # the foretold one gives the error of a share, since 0 of 200 has none
                error = max(np.sqrt(share * (1 - share) / FORETOLD), (hoped - seen).std() / np.sqrt(FORETOLD))
                off = (seen.mean() - share) / max(error, 1 / FORETOLD)
                worst = max(worst, abs(off))
                print(f"{name:25} {times} margins {word:14} {share:.3f} {seen.mean():.3f} +- {error:.3f} {off:+.1f}")
    print(f"at most {worst:.1f} standard errors apart: goal <= 3", flush=True)


def spread():
    """Print how much candidate - rival varies over the folds, in units of the rival's score, for pairs of models."""
    import numpy as np
    from sklearn import datasets, ensemble, naive_bayes, neighbors
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    forest = {"min_samples_leaf": 5, "random_state": 0}
    classifiers = [LogisticRegression(), ensemble.RandomForestClassifier(50, **forest), naive_bayes.GaussianNB()]
    regressors = [Ridge(), ensemble.RandomForestRegressor(50, **forest)]
    classifiers += [neighbors.KNeighborsClassifier(15), LinearDiscriminantAnalysis()]
    regressors += [neighbors.KNeighborsRegressor(10), ensemble.HistGradientBoostingRegressor(max_iter=50)]
    cancer, wine = (load(return_X_y=True) for load in (datasets.load_breast_cancer, datasets.load_wine))
    made = datasets.make_classification(400, 10, n_informative=5, flip_y=0.1, random_state=1)
    tasks = [(cancer[0][:, :8], cancer[1], "roc_auc"), (cancer[0][:, :8], cancer[1], "accuracy")]
    tasks += [(wine[0][:, :4], wine[1] == 1, "roc_auc"), (*made, "roc_auc"), (*made, "balanced_accuracy")]
    friedman, diabetes = datasets.make_friedman1(400, noise=1, random_state=0), datasets.load_diabetes(return_X_y=True)
    tasks += [(*diabetes, "neg_mean_absolute_error"), (*diabetes, "neg_root_mean_squared_error"), (*friedman, "r2")]
    ratios = []
    for X, y, metric in tasks:
        numbers = metric.startswith("neg_") or metric == "r2"
        cut = (RepeatedKFold if numbers else RepeatedStratifiedKFold)(n_splits=FOLDS, n_repeats=3, random_state=0)
        models = [make_pipeline(StandardScaler(), model) for model in (regressors if numbers else classifiers)]
        of = [cross_val_score(one, X, y, cv=cut, scoring=metric) for one in models]
        ratios += [np.std(a - b) / np.std(b) for a in of for b in of if a is not b]
    low, *middle, high = np.quantile(ratios, [0.05, 0.25, 0.5, 0.75, 0.95])
    shown = ", ".join(f"{one:.2f}" for one in middle)
    print(f"spread of candidate - rival over that of the rival, {len(ratios)} pairs of models on 8 tasks:")
    print(f"quartiles {shown}; nine of ten from {low:.2f} to {high:.2f}; the least {min(ratios):.2f}", flush=True)


def rate(name, hits, n, goal=""):
    """Print a rate with its interval."""
    from harness.method import statistics

    low, high = statistics.proportion_interval(hits, n)
    print(f"{name:68}{hits:4} of {n:3} = {hits / n:.3f} [{low:.3f}, {high:.3f}] {goal}", flush=True)


def rates():
    """Print how often the verdict is right."""
    from test_verdict import false_alarms

    for rows, goals in ((ROWS, ("goal >= 0.80", "goal >= 0.95")), (ROWS // 4, ("", ""))):
        print(f"{rows} rows, {REPEATS} x {FOLDS} folds, alpha 0.05")
        for name, problem in problems().items():
            planted, none = list(verdicts(problem, rows, 2, seed=1)), list(verdicts(problem, rows, 0, seed=2))
            rate(f"{name}: twice the margin is 'supported'", planted.count("supported"), DATA_SETS, goals[0])
            said = none.count("equivalent") + none.count("no conclusion")
            rate(f"{name}: zero is 'equivalent' or 'no conclusion'", said, DATA_SETS, goals[1])
            rate(f"{name}: zero is 'equivalent'", none.count("equivalent"), DATA_SETS)
            rate(f"{name}: zero is 'supported'", none.count("supported"), DATA_SETS)
    found = false_alarms(400)
    print("Two equally good models, 100 rows, 10 x 10 folds: a difference is found at 5 %")
    rate("by the verdict, margin next to nothing", found["verdict"], 400, "goal <= 0.083")
    rate("by the corrected t-test", found["corrected"], 400)
    rate("by the t-test that takes folds for independent", found["naive"], 400)


def main(project, part=""):
    """Print the tables, or one, in the project's own environment."""
    project = Path(project).resolve()
    python = project / ".venv" / "bin" / "python"
    if python.is_file() and Path(sys.prefix).resolve() != (project / ".venv").resolve():
        os.execv(python, [str(python), "-B", *sys.argv])
    sys.path[:0] = [str(project), str(Path(__file__).resolve().parents[1] / "tests" / "harness")]
    for name, measure in (("verdicts", rates), ("predicted", predicted), ("spread", spread)):
        if part in ("", name):
            measure()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 3) else __doc__)
