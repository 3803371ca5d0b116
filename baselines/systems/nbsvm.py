"""NB-SVM: a linear support vector machine over naive Bayes' log-count ratios (Wang & Manning 2012, "Baselines and Bigrams").

As in the paper: words and pairs of words, present or not; a smoothing of 1; squared hinge loss; the weights drawn towards their mean
size with β (0.25 in the paper, here out of the grid).
More than two classes are one against the rest. The target, where there is one, stands beside the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

from baselines.estimator import SEED, Estimator
from baselines.features.tfidf import Tfidf

ALPHA = 1.0


class NBSVM(Estimator):
    """One machine a class.

    Args:
        C: of the support vector machine.
        beta: 1 is the machine alone, 0 naive Bayes with the mean size of its weights.
        seed: of the machine.
    """

    def __init__(self, C: float = 1.0, beta: float = 0.25, seed: int = SEED) -> None:
        self.C = C
        self.beta = beta
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Sequence[str]) -> NBSVM:
        """Train a machine for each class.

        Raises:
            ValueError: fewer than two classes, or no text has a word.
        """
        labels = np.asarray(y, dtype=str)
        self.classes_ = np.unique(labels)
        if len(self.classes_) < 2:
            raise ValueError("NB-SVM needs two classes")
        self.words_ = Tfidf(target=False).fit(X)
        self.targets_ = OneHotEncoder(handle_unknown="ignore").fit(X[["target"]])
        present = self._present(X)
        self.weights_, self.intercepts_ = [], []
        for label in self.classes_ if len(self.classes_) > 2 else self.classes_[1:]:
            weight, intercept = self._one(present, labels == label)
            self.weights_.append(weight)
            self.intercepts_.append(intercept)
        return self

    def decision_function(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Distance by machine, shape ``(rows, classes)``, or ``(rows, 1)`` where there are two classes."""
        return np.asarray(self._present(X) @ np.array(self.weights_).T + np.array(self.intercepts_), dtype=np.float64)

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """The class of the largest distance, shape ``(rows,)``."""
        scores = self.decision_function(X)
        best = scores.argmax(axis=1) if len(self.classes_) > 2 else (scores[:, 0] > 0).astype(int)
        return np.asarray(self.classes_[best])

    def _one(self, present: Any, inside: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
        p = ALPHA + np.asarray(present[inside].sum(axis=0)).ravel()
        q = ALPHA + np.asarray(present[~inside].sum(axis=0)).ravel()
        ratio = np.log(p / p.sum()) - np.log(q / q.sum())
        machine = LinearSVC(C=self.C, class_weight="balanced", random_state=self.seed, max_iter=5000)
        machine.fit(present.multiply(ratio).tocsr(), inside)
        weight = machine.coef_[0]
        drawn = self.beta * weight + (1 - self.beta) * np.abs(weight).mean()
        return ratio * drawn, float(machine.intercept_[0])

    def _present(self, X: pd.DataFrame) -> Any:
        words = self.words_.transform(X)[:, : self.words_.vectors_.words]
        return (sparse.hstack([words, self.targets_.transform(X[["target"]])], format="csr") > 0).astype(np.float64)


def make(C: float = 1.0, beta: float = 0.25, seed: int = SEED) -> Estimator:
    """An untrained system."""
    return NBSVM(C=C, beta=beta, seed=seed)
