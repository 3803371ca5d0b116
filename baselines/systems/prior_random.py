"""Draws each label from the shares of the classes in training: what chance scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from baselines.estimator import SEED, Estimator


class PriorRandom(Estimator):
    """Random labels, the same ones for the same seed and number of rows."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Sequence[str]) -> PriorRandom:
        """Count the classes."""
        self.classes_, counts = np.unique(np.asarray(y, dtype=str), return_counts=True)
        self.priors_ = counts / counts.sum()
        return self

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """A draw a row, shape ``(rows,)``."""
        return np.asarray(np.random.default_rng(self.seed).choice(self.classes_, size=len(X), p=self.priors_))

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """What is drawn from, shape ``(rows, classes)``."""
        return np.tile(self.priors_, (len(X), 1))


def make(seed: int = SEED) -> Estimator:
    """An untrained system."""
    return PriorRandom(seed)
