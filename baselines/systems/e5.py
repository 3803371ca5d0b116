"""Sentence embeddings, the target beside them, and logistic regression. Needs the extra ``embeddings``."""

from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from baselines.estimator import SEED
from baselines.features.embeddings import Embeddings


def make(C: float = 1, seed: int = SEED) -> BaseEstimator:
    """An untrained system."""
    both = ColumnTransformer(
        [("text", Embeddings(), ["text"]), ("target", OneHotEncoder(handle_unknown="ignore"), ["target"])],
        sparse_threshold=0,
    )
    return make_pipeline(both, LogisticRegression(C=C, class_weight="balanced", max_iter=2000))
