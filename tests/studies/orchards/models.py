"""Two regressions, each searched in the training rows of every fit."""

import optuna
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR


class Searched(RegressorMixin, BaseEstimator):
    """A support vector machine of the settings that Optuna finds best."""

    def __init__(self, cv=3, trials=12, seed=0):
        self.cv = cv  # a number of folds; the harness makes them those that keep an orchard together
        self.trials = trials
        self.seed = seed

    def score_of(self, trial, X, y):
        """Score a setting on the folds."""
        C, gamma = trial.suggest_float("C", 1, 1000, log=True), trial.suggest_float("gamma", 0.01, 1, log=True)
        model = make_pipeline(StandardScaler(), SVR(C=C, gamma=gamma))
        return cross_val_score(model, X, y, cv=self.cv, scoring="neg_mean_absolute_error").mean()

    def fit(self, X, y):
        """Search, and fit the best on all rows."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        search = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=self.seed))
        search.optimize(lambda trial: self.score_of(trial, X, y), self.trials)
        self.n_trials_ = len(search.trials)  # which the verdict tells
        self.best_estimator_ = make_pipeline(StandardScaler(), SVR(**search.best_params)).fit(X, y)
        return self

    def predict(self, X):
        """Predict by the best."""
        return self.best_estimator_.predict(X)


def ridge(seed):
    """Ridge regression of the best of twelve strengths."""
    line, strengths = make_pipeline(StandardScaler(), Ridge(random_state=seed)), [10 ** (n / 2) for n in range(-5, 7)]
    return GridSearchCV(line, {"ridge__alpha": strengths}, scoring="neg_mean_absolute_error", cv=3)


def machine(seed):
    """A support vector machine that Optuna tunes."""
    return Searched(seed=seed)
