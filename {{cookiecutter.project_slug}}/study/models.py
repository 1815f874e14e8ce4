"""The models: one function each, from a seed to an unfitted estimator. The plan names them."""

from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def prepared(model):
    """Put the preparation in front of a model, so that it is fitted on the training rows alone."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    names = OneHotEncoder(handle_unknown="ignore", sparse_output=False, drop="if_binary")
    return make_pipeline(
        make_column_transformer(
            (numbers, make_column_selector(dtype_include="number")),
            (names, make_column_selector(dtype_exclude="number")),
        ),
        model,
    )


def dummy(seed):
    """Guess by the shares of the classes."""
    return DummyClassifier(strategy="prior", random_state=seed)


def logistic(seed):
    """Logistic regression."""
    return prepared(LogisticRegression(max_iter=1000, random_state=seed))


def discriminant(seed):
    """Linear discriminant function, the usual way to sex seabirds by their measurements. It draws no random number."""
    return prepared(LinearDiscriminantAnalysis())


def forest(seed):
    """Random forest."""
    return prepared(RandomForestClassifier(n_estimators=100, random_state=seed))
