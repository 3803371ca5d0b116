"""TF-IDF and a linear support vector machine, classes weighted by their rarity."""

from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from baselines.systems.tfidf import features


def make() -> BaseEstimator:
    """An untrained system."""
    return make_pipeline(features(), LinearSVC(C=1, class_weight="balanced", random_state=13))
