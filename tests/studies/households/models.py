"""Two regressions that take weights."""

from sklearn import config_context
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def ridge(seed):
    """Ridge regression that takes weights; its scaler does without."""
    with config_context(enable_metadata_routing=True):
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        return make_pipeline(scaler, Ridge(0.5, random_state=seed).set_fit_request(sample_weight=True))


def boosting(seed):
    """Boosted trees, which take weights as they are."""
    return HistGradientBoostingRegressor(max_iter=60, min_samples_leaf=10, random_state=seed)
