"""The systems, one a file, each a scikit-learn estimator over the columns ``text`` and ``target``."""

from collections.abc import Callable

from sklearn.base import BaseEstimator

from baselines.systems import majority, target_only, text_only, tfidf_logreg, tfidf_svm

SYSTEMS: dict[str, Callable[[], BaseEstimator]] = {
    "majority": majority.make,
    "tfidf_logreg": tfidf_logreg.make,
    "tfidf_svm": tfidf_svm.make,
}

# Not in the race: what they score shows what the data give away.
PROBES: dict[str, Callable[[], BaseEstimator]] = {
    "target_only": target_only.make,
    "text_only": text_only.make,
}
