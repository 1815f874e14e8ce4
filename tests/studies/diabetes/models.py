"""Four models of another kind."""

from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def mean(seed):
    """Predict the mean."""
    return DummyRegressor()


def line(seed):
    """Linear regression."""
    return LinearRegression()


def ridge(seed):
    """Ridge regression."""
    return make_pipeline(StandardScaler(), RidgeCV())


def forest(seed):
    """Random forest."""
    return RandomForestRegressor(n_estimators=20, random_state=seed)
