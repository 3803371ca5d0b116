"""The systems, one a file, each a scikit-learn estimator over the columns ``text`` and ``target``."""

from collections.abc import Callable

from sklearn.base import BaseEstimator

from baselines.systems import majority, tfidf_logreg, tfidf_svm

SYSTEMS: dict[str, Callable[[], BaseEstimator]] = {
    "majority": majority.make,
    "tfidf_logreg": tfidf_logreg.make,
    "tfidf_svm": tfidf_svm.make,
}
