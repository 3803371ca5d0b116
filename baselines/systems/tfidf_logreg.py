"""TF-IDF and logistic regression, classes weighted by their rarity."""

from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from baselines.systems.tfidf import features


def make() -> BaseEstimator:
    """An untrained system."""
    return make_pipeline(features(), LogisticRegression(C=10, class_weight="balanced", max_iter=2000))
