"""A probe beside the TF-IDF systems: the same features and classifier, but without the target."""

from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from baselines.systems.tfidf import CHAR, WORD


def make() -> BaseEstimator:
    """An untrained system."""
    text = ColumnTransformer([("word", TfidfVectorizer(**WORD), "text"), ("char", TfidfVectorizer(**CHAR), "text")])
    return make_pipeline(text, LogisticRegression(C=10, class_weight="balanced", max_iter=2000))
