"""A model for each target, and one over all of them for a target that has none of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import Tfidf


class PerTarget(Estimator):
    """Logistic regressions over TF-IDF of the text, which is fitted over all targets together.

    A target that training did not know, or knew with one class only, is answered by the pooled model, which does not see the target.
    """

    def __init__(self, C: float = 10) -> None:
        self.C = C

    def fit(self, X: pd.DataFrame, y: Sequence[str]) -> PerTarget:
        """Train the pooled model and one a target.

        Raises:
            ValueError: fewer than two classes, or no text has a word.
        """
        labels, targets = np.asarray(y, dtype=str), X["target"].to_numpy(dtype=object)
        self.text_ = Tfidf(target=False)
        features = self.text_.fit_transform(X)
        self.pooled_ = self._model().fit(features, labels)
        self.classes_ = self.pooled_.classes_
        self.models_ = {
            target: self._model().fit(features[targets == target], labels[targets == target])
            for target in sorted(set(targets))
            if len(set(labels[targets == target])) > 1
        }
        return self

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Shape ``(rows, classes)``; 0 for a class that a target's model never met."""
        features, targets = self.text_.transform(X), X["target"].to_numpy(dtype=object)
        found = np.zeros((len(X), len(self.classes_)))
        for target in set(targets):
            rows = np.flatnonzero(targets == target)
            model = self.models_.get(target, self.pooled_)
            found[np.ix_(rows, np.searchsorted(self.classes_, model.classes_))] = model.predict_proba(features[rows])
        return found

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """The likeliest class, shape ``(rows,)``."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def _model(self) -> Any:
        return LogisticRegression(C=self.C, class_weight="balanced", max_iter=2000)


def make(C: float = 10, seed: int = SEED) -> Estimator:
    """An untrained system."""
    return PerTarget(C)
