"""Four ways to tell a species; the domain's knows nothing of scikit-learn: fit and predict are enough."""

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class FieldMarks:
    """
    What an observer sees: long flippers are a Gentoo's, else a long bill is a Chinstrap's.

    The cuts lie midway between the means of the species, which Gorman, Williams and Fraser (2014, PLoS ONE 9, e90081)
    measured and tabulate. An unmeasured bird counts as an Adelie, the commonest.
    """

    def fit(self, X, y):
        """Find the two cuts."""
        means = X.groupby(np.asarray(y)).mean()
        self.flipper = means.loc[["Chinstrap", "Gentoo"], "flipper_length_mm"].mean()
        self.bill = means.loc[["Adelie", "Chinstrap"], "bill_length_mm"].mean()
        return self

    def predict(self, X):
        """Name each bird's species."""
        bill = np.where(X["bill_length_mm"] > self.bill, "Chinstrap", "Adelie")
        return np.where(X["flipper_length_mm"] > self.flipper, "Gentoo", bill)


def logistic(seed):
    """Logistic regression."""
    return make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(random_state=seed))


def field_marks(seed):
    """An observer's rule."""
    return FieldMarks()


def discriminant(seed):
    """Linear discriminant analysis."""
    return make_pipeline(SimpleImputer(), StandardScaler(), LinearDiscriminantAnalysis())


def neighbours(seed):
    """The five most similar birds."""
    return make_pipeline(SimpleImputer(), StandardScaler(), KNeighborsClassifier())
