"""Sentence embeddings beside TF-IDF and the target, and logistic regression. Needs the extra ``embeddings``."""

from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from baselines.estimator import SEED
from baselines.features.embeddings import Embeddings
from baselines.features.tfidf import Tfidf


def make(C: float = 3, seed: int = SEED) -> BaseEstimator:
    """An untrained system."""
    return make_pipeline(
        make_union(Tfidf(), Embeddings()), LogisticRegression(C=C, class_weight="balanced", max_iter=2000)
    )
