"""Four forecasts of next week's level."""

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler


class Persistence(RegressorMixin, BaseEstimator):
    """The level stays as it is: what every forecast is measured by (Hyndman and Athanasopoulos 2021, section 5.2)."""

    def fit(self, X, y):
        """Learn nothing."""
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X):
        """Repeat the last level."""
        return X["level_before"].to_numpy()


def prepared(*steps):
    """Put the preparation in front, so that it is fitted on the past alone."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    names = OneHotEncoder(drop="if_binary", handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")), (names, make_column_selector(dtype_exclude="number"))
    )
    return make_pipeline(columns, *steps)


def line(seed):
    """Ridge regression."""
    return prepared(Ridge(random_state=seed))


def persistence(seed):
    """The level of the week before."""
    return Persistence()


def trees(seed):
    """Extremely randomised trees."""
    return prepared(ExtraTreesRegressor(n_estimators=30, min_samples_leaf=3, random_state=seed))


def products(seed):
    """Ridge regression on the columns and their products: rain matters more where the level is high."""
    return prepared(PolynomialFeatures(2, include_bias=False), Ridge(random_state=seed))
