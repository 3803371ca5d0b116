"""TF-IDF and logistic regression trained on what each annotator said instead of on the label that won.

A row becomes a copy for each label that got votes, weighted by its share: the cross-entropy against the distribution (Peterson et al. 2019;
Uma et al. 2021). A row without a distribution counts with its label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import Tfidf


class SoftLogreg(Estimator):
    """Classes are weighted by their rarity, counted in shares."""

    def __init__(self, C: float = 10) -> None:
        self.C = C

    def fit(
        self, X: pd.DataFrame, y: Sequence[str], label_distribution: Sequence[Mapping[str, float] | None] | None = None
    ) -> SoftLogreg:
        """Train on the distributions.

        Args:
            X: rows.
            y: the label of each row.
            label_distribution: the share of each label, by row; None where a row, or all of them, have none.

        Raises:
            ValueError: not a distribution for each row, a share that is none, fewer than two classes, or no text with a word.
        """
        votes = label_distribution if label_distribution is not None else [None] * len(X)
        copies, labels, shares = [], [], []
        for row, (label, said) in enumerate(zip(y, votes, strict=True)):
            for name, share in (said or {str(label): 1.0}).items():
                if not 0 <= share <= 1:
                    raise ValueError(f"label_distribution: {share} is no share of the votes")
                if share:
                    copies.append(row)
                    labels.append(name)
                    shares.append(share)
        weight = np.asarray(shares)
        names, place = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
        weight *= (weight.sum() / len(names) / np.bincount(place, weights=weight))[place]
        self.features_ = Tfidf()
        self.model_ = LogisticRegression(C=self.C, max_iter=2000)
        self.model_.fit(self.features_.fit_transform(X)[copies], np.asarray(labels, dtype=str), sample_weight=weight)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Shape ``(rows, classes)``."""
        return np.asarray(self.model_.predict_proba(self.features_.transform(X)), dtype=np.float64)

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """The likeliest class, shape ``(rows,)``."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


def make(C: float = 10, seed: int = SEED) -> Estimator:
    """An untrained system."""
    return SoftLogreg(C)
