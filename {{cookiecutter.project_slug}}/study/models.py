"""The models: one function each, from a seed to an unfitted estimator. The plan names them."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
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


def logistic(seed):
    """Logistic regression."""
    return prepared(LogisticRegression(max_iter=1000, random_state=seed))


class DeepBill(ClassifierMixin, BaseEstimator):
    """
    A bird is male if its bill is deeper than the median of its species.

    In all three species the males have the deeper bills (Gorman, Williams and Fraser 2014, PLoS ONE 9(3): e90081).

    Examples
    --------
    >>> import pandas as pd
    >>> from harness import seeds
    >>> mm = seeds.generator(2007, "made up").permutation([17.0, 18.0, 20.0, 21.0])
    >>> birds = pd.DataFrame({"species": "Adelie", "bill_depth_mm": mm})
    >>> sex = ["MALE" if depth > 19 else "FEMALE" for depth in mm]
    >>> DeepBill().fit(birds, sex).predict(birds).tolist() == sex
    True
    """

    def fit(self, X, y):
        """Learn the medians."""
        self.classes_ = np.unique(y)
        self.medians_ = X.groupby("species")["bill_depth_mm"].median().to_dict()
        return self

    def decision_function(self, X):
        """Tell by how many millimetres a bill is deeper; where it was not measured, nothing speaks for either sex."""
        return (X["bill_depth_mm"] - X["species"].map(self.medians_)).fillna(0).to_numpy()

    def predict(self, X):
        """Tell the sex."""
        return self.classes_[(self.decision_function(X) > 0).astype(int)]


def deep_bill(seed):
    """Apply the rule of thumb of the field. It draws no random number."""
    return DeepBill()


def discriminant(seed):
    """Linear discriminant function, the usual way to sex seabirds by their measurements. It draws no random number."""
    return prepared(LinearDiscriminantAnalysis())


def forest(seed):
    """Random forest, smaller than the default: as good on these birds, in half of the time."""
    return prepared(RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed))
