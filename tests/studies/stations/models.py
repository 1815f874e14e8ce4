"""Two regressions on traffic and wind."""

from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler


def line(seed):
    """Ridge regression."""
    return make_pipeline(StandardScaler(), Ridge(random_state=seed))


def products(seed):
    """Ridge regression on the columns and their products: wind matters more where there is traffic."""
    return make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), Ridge(random_state=seed))
