"""Four regressions; the rival is a search, which every fit does anew on its training rows."""

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeRegressor


class MassIndex(RegressorMixin, BaseEstimator):
    """The body mass index alone: what a physician would look at first (Efron et al. 2004, Ann. Stat. 32, 407-499)."""

    def fit(self, X, y):
        """Fit a line."""
        self.line_ = LinearRegression().fit(X[["bmi"]], y)
        return self

    def predict(self, X):
        """Read the line off."""
        return self.line_.predict(X[["bmi"]])


def line(seed):
    """Linear regression."""
    return LinearRegression()


def mass_index(seed):
    """The body mass index alone."""
    return MassIndex()


def searched_tree(seed):
    """A decision tree of the depth, and the size of leaves, that cross-validation finds best."""
    grid = {"max_depth": [2, 3, 5], "min_samples_leaf": [5, 20]}
    return GridSearchCV(DecisionTreeRegressor(random_state=seed), grid, scoring="neg_mean_absolute_error", cv=3)


def ridge(seed):
    """Ridge regression on all columns and their products."""
    products = PolynomialFeatures(2, interaction_only=True, include_bias=False)
    return make_pipeline(StandardScaler(), products, Ridge(alpha=100, random_state=seed))
