"""The base of our scikit-learn estimators, and the seed of everything that draws."""

from sklearn.base import BaseEstimator

SEED = 13


class Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A scikit-learn estimator: what ``__init__`` takes, ``get_params`` gives and ``clone`` copies."""
