"""The base of our scikit-learn estimators, the seed of everything that draws, and on how many threads sums are made."""

from typing import Any

from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_limits

SEED = 13


class Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A scikit-learn estimator: what ``__init__`` takes, ``get_params`` gives and ``clone`` copies."""


def one_thread() -> Any:
    """A context in which BLAS has one thread.

    On problems of this size threads wait for each other (measured: 15 times slower on two busy cores), and the order in which they add
    up, so the last digit of what is predicted and scored, would be that of the machine.
    """
    return threadpool_limits(1, user_api="blas")
