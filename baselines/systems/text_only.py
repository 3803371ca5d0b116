"""A probe beside the TF-IDF systems: the same features and classifier, but without the target."""

from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from baselines.estimator import SEED
from baselines.features.tfidf import Tfidf


def make(C: float = 10, seed: int = SEED) -> BaseEstimator:
    """An untrained system."""
    return make_pipeline(Tfidf(target=False), LogisticRegression(C=C, class_weight="balanced", max_iter=2000))
