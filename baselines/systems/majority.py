"""Always the most frequent class of the training split: what any system has to beat."""

from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier

from baselines.estimator import SEED


def make(seed: int = SEED) -> BaseEstimator:
    """An untrained system; its probabilities are the shares of the classes in training."""
    return DummyClassifier(strategy="prior")
