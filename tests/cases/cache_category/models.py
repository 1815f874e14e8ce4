"""The models: one function each, from a seed to an unfitted estimator. The plan names them."""

from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier


def prepared(model):
    """Put the preparation in front of a model."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    names = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_pipeline(
        make_column_transformer(
            (numbers, make_column_selector(dtype_include="number")),
            (names, make_column_selector(dtype_exclude="number")),
        ),
        model,
    )


def logistic(seed):
    """Logistic regression."""
    return prepared(LogisticRegression(max_iter=1000, random_state=seed))


def stump(seed):
    """One split."""
    return prepared(DecisionTreeClassifier(max_depth=1, random_state=seed))


def tree(seed):
    """A small tree."""
    return prepared(DecisionTreeClassifier(max_depth=2, random_state=seed))


def forest(seed):
    """A small forest."""
    return prepared(RandomForestClassifier(n_estimators=10, max_depth=3, random_state=seed))
