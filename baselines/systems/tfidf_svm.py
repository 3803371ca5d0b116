"""TF-IDF and a linear support vector machine, classes weighted by their rarity."""

from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from baselines.estimator import SEED
from baselines.features.tfidf import Tfidf


def make(C: float = 1, seed: int = SEED) -> BaseEstimator:
    """An untrained system."""
    return make_pipeline(Tfidf(), LinearSVC(C=C, class_weight="balanced", random_state=seed))
