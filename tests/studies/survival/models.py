"""Four ways to tell how long a patient will live."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression, PoissonRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Exponential(RegressorMixin, BaseEstimator):
    """
    A rate of death for each patient; months that did not end with death count as months.

    Deaths are Poisson's, with months as exposure (Aitkin and Clayton 1980, Applied Statistics 29, 156-163).
    """

    def fit(self, X, y):
        """Fit the rate."""
        months = np.abs(y).clip(0.01)
        self.rate_ = PoissonRegressor(alpha=1e-3, max_iter=1000).fit(X, (y > 0) / months, sample_weight=months)
        return self

    def predict(self, X):
        """Return the expected months."""
        return 1 / self.rate_.predict(X)


class Stage(RegressorMixin, BaseEstimator):
    """The later the stage, the sooner (American Joint Committee on Cancer 2017, AJCC Cancer Staging Manual)."""

    def fit(self, X, y):
        """Take the median months of each stage."""
        self.months_ = np.abs(y).groupby(X["stage"]).median().sort_values(ascending=False)
        return self

    def predict(self, X):
        """Give a patient the months of the stage."""
        return self.months_.to_numpy()[X["stage"].to_numpy(int) - 1]


def logarithm(y):
    """Return the logarithm of months, however they ended."""
    return np.log(np.abs(y).clip(0.01))


def deaths_only(seed):
    """Linear regression that takes the last visit for a death."""
    model = TransformedTargetRegressor(LinearRegression(), func=logarithm, inverse_func=np.exp, check_inverse=False)
    return make_pipeline(StandardScaler(), model)


def stage(seed):
    """The stage alone."""
    return Stage()


def exponential(seed):
    """Exponential survival."""
    return make_pipeline(StandardScaler(), Exponential())
