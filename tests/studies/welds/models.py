"""Two classifiers of several labels."""

from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler


def curved(seed):
    """A logistic regression for each defect, on readings, squares and products."""
    logistic = LogisticRegression(C=0.1, max_iter=1000, random_state=seed)
    return make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), MultiOutputClassifier(logistic))


def neighbours(seed):
    """What most of the nearest welds have."""
    return make_pipeline(StandardScaler(), KNeighborsClassifier(9))
