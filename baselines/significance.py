"""How sure a score and a difference are: bootstrap over groups.

Percentile intervals over resamples of whole groups (Efron & Tibshirani 1993, ch. 13; clustered: Field & Welsh 2007). Sentences of one
article are not independent, so articles are drawn, not sentences.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baselines.metrics.classification import Matrix, gold_classes, macro_f1

SAMPLES = 10_000
SEED = 13


def bootstrap_interval(matrices: Matrix, level: float = 0.95, samples: int = SAMPLES) -> tuple[float, float] | None:
    """Interval of macro-F1.

    Args:
        matrices: confusion matrices by group, shape ``(groups, classes, classes)``.
        level: coverage.
        samples: resamples.

    Returns:
        Lower and upper end; None with fewer than two groups, where nothing can be said.
    """
    if len(matrices) < 2:
        return None
    return _ends(_resampled(matrices, samples), level)


def difference_interval(
    a: Matrix, b: Matrix, level: float = 0.95, samples: int = SAMPLES
) -> tuple[float, float] | None:
    """Interval of the difference of two systems' macro-F1, paired: both are scored on the same resamples.

    Args:
        a: confusion matrices of one system by group, shape ``(groups, classes, classes)``.
        b: of the other, on the same items.
        level: coverage.
        samples: resamples.

    Returns:
        Lower and upper end of ``a − b``; None with fewer than two groups.
    """
    if len(a) < 2:
        return None
    return _ends(_resampled(a, samples) - _resampled(b, samples), level)


def _resampled(matrices: Matrix, samples: int) -> Matrix:
    """Macro-F1 of every resample; the same groups are drawn for everyone who asks with as many groups."""
    groups = len(matrices)
    random = np.random.default_rng(SEED)
    weights: NDArray[np.float64] = random.multinomial(groups, np.full(groups, 1 / groups), size=samples).astype(float)
    sums = (weights @ matrices.reshape(groups, -1)).reshape(samples, *matrices.shape[1:])
    return macro_f1(sums, gold_classes(matrices))


def _ends(values: Matrix, level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
