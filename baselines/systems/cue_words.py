"""A probe: a decision tree of single words, with one leaf a class and one more. What it scores, a few cue words give away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.tree import DecisionTreeClassifier

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import texts_of


class CueWords(Estimator):
    """Estimator over a frame with ``text``.

    Args:
        seed: decides between words that divide equally well.
    """

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Sequence[str]) -> CueWords:
        """Find the words.

        Raises:
            ValueError: no word stands in two texts.
        """
        self.words_ = CountVectorizer(binary=True, min_df=2)
        try:
            matrix = self.words_.fit_transform(texts_of(X, "text"))
        except ValueError:
            raise ValueError("no word stands in two texts to train on") from None
        self.tree_ = DecisionTreeClassifier(
            max_leaf_nodes=len(set(y)) + 1, class_weight="balanced", random_state=self.seed
        )
        self.tree_.fit(matrix, np.asarray(y, dtype=str))
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X: pd.DataFrame) -> NDArray[np.object_]:
        """Labels, shape ``(rows,)``."""
        return np.asarray(self.tree_.predict(self.words_.transform(texts_of(X, "text"))), dtype=object)


def make(seed: int = SEED) -> Estimator:
    """An untrained system."""
    return CueWords(seed)
