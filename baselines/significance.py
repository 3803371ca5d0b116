"""How sure a score is: bootstrap over groups."""

from __future__ import annotations

import numpy as np

from baselines.metrics.classification import Matrix, macro_f1

SAMPLES = 10_000


def bootstrap_interval(
    matrices: Matrix, level: float = 0.95, samples: int = SAMPLES, seed: int = 13
) -> tuple[float, float] | None:
    """Percentile interval of macro-F1, resampling whole groups (Efron & Tibshirani 1993, ch. 13; clustered: Field & Welsh 2007).

    Sentences of one article are not independent, so articles are drawn, not sentences.

    Args:
        matrices: confusion matrices by group, shape ``(groups, classes, classes)``.
        level: coverage.
        samples: resamples.
        seed: of the random numbers.

    Returns:
        Lower and upper end; None with fewer than two groups, where nothing can be said.
    """
    groups = len(matrices)
    if groups < 2:
        return None
    random = np.random.default_rng(seed)
    weights = random.multinomial(groups, np.full(groups, 1 / groups), size=samples).astype(float)
    sums = (weights @ matrices.reshape(groups, -1)).reshape(samples, *matrices.shape[1:])
    low, high = np.nanquantile(macro_f1(sums), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
