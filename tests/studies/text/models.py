"""Four ways to tell whether a guest was content."""

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


class Length(TransformerMixin, BaseEstimator):
    """How many words a text has."""

    def fit(self, X, y=None):
        """Learn nothing."""
        self.n_features_in_ = 1
        return self

    def transform(self, X):
        """Count the words."""
        return X["text"].str.split().str.len().to_frame()


def length(seed):
    """Logistic regression on the number of words."""
    return make_pipeline(Length(), LogisticRegression(random_state=seed))


def weighted_words(seed, longest):
    """Logistic regression on words and sequences of words, weighted by how rare they are."""
    words = make_column_transformer((TfidfVectorizer(ngram_range=(1, longest), sublinear_tf=True), "text"))
    return make_pipeline(words, LogisticRegression(C=10, random_state=seed))


def words(seed):
    """By single words."""
    return weighted_words(seed, 1)


def pairs(seed):
    """By single words and pairs of them."""
    return weighted_words(seed, 2)
