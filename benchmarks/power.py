"""How often is the verdict right? Where the truth is known: python benchmarks/power.py PROJECT.

Data sets are drawn, candidate and rival are fitted and scored by scikit-learn, and PROJECT's harness judges the scores.
The two are alike: each sees the first feature and one of its own, which tells more, or as much. Features of variance 1
whose class means are d apart (Euclid's distance) allow an AUC of Phi(d / sqrt 2); a linear target with noise of
variance 1 allows an error of sqrt(1 + b^2) if a feature of weight b is not seen. So the true difference is known, and
set to twice the margin, or to zero. Prints rates with 95 % Wilson intervals.

With 2000 rows the standard error is about a quarter of the margin: that is what an answer takes. With 500, printed for
comparison, the interval reaches a whole margin to each side, and the verdict is mostly open, or "not supported": true
of a zero effect too, which is no more than the margin, but less than "equivalent" says.
"""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

DATA_SETS, ROWS, FOLDS, REPEATS = 50, 2000, 5, 5


def classification(rng, rows, effect):
    """Draw two classes; the AUC that the rival can reach is 0.85, the candidate's is larger by the effect."""
    import numpy as np
    from scipy.stats import norm

    first = 1.2
    own = [np.sqrt((np.sqrt(2) * norm.ppf(auc)) ** 2 - first**2) for auc in (0.85 + effect, 0.85)]
    y = np.arange(rows) % 2
    return rng.normal(size=(rows, 3)) + y[:, None] * np.array([first, *own]), y


def regression(rng, rows, effect):
    """Draw a linear target; the error that the rival can reach is larger than the candidate's by the effect."""
    import numpy as np

    rivals = 0.5  # weight of what the rival alone sees, so that the candidate's error is sqrt(1 + 0.5^2)
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


def scores(X, y, metric, floor, model, seed):
    """Score floor, rival and candidate on the same folds, as the harness tables it."""
    import pandas as pd
    from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, cross_validate

    splitter = RepeatedStratifiedKFold if metric == "roc_auc" else RepeatedKFold
    cuts = list(splitter(n_splits=FOLDS, n_repeats=REPEATS, random_state=seed).split(X, y))
    tables = []
    for role, estimator, columns in (("floor", floor, [0]), ("rival", model, [0, 2]), ("candidate", model, [0, 1])):
        values = cross_validate(estimator, X[:, columns], y, cv=cuts, scoring=metric)["test_score"]
        rows = {"kind": "role", "name": role, "seed": 0, metric: values}
        rows |= {"repeat": [n // FOLDS for n in range(len(cuts))], "fold": [n % FOLDS for n in range(len(cuts))]}
        sizes = {"n_train": [len(train) for train, _ in cuts], "n_test": [len(test) for _, test in cuts]}
        tables.append(pd.DataFrame(rows | sizes))
    return pd.concat(tables)


def verdicts(problem, rows, times, seed):
    """Judge data sets whose true difference is so many times the margin."""
    import numpy as np

    from harness.method import verdict
    from harness.scales import scale

    draw, metric, margin, floor, model = problem
    question = SimpleNamespace(margin=margin, direction="better", family=["rival"], alpha=0.05)
    plan = SimpleNamespace(question=question, metric_names=[metric], scales={metric: scale(metric)}, confidence=0.95)
    for number in range(DATA_SETS):
        X, y = draw(np.random.default_rng([seed, number]), rows, times * margin)
        yield verdict.judge(plan, scores(X, y, metric, floor, model, number))["verdict"]


def rate(name, hits, n, goal=""):
    """Print a rate with its interval."""
    from harness.method import statistics

    low, high = statistics.proportion_interval(hits, n)
    print(f"{name:68}{hits:4} of {n:3} = {hits / n:.3f} [{low:.3f}, {high:.3f}] {goal}", flush=True)


def main(project):
    """Print the table, in the project's own environment."""
    project = Path(project).resolve()
    python = project / ".venv" / "bin" / "python"
    if python.is_file() and Path(sys.prefix).resolve() != (project / ".venv").resolve():
        os.execv(python, [str(python), "-B", *sys.argv])
    sys.path[:0] = [str(project), str(Path(__file__).resolve().parents[1] / "tests" / "harness")]
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
