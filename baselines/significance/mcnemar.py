"""McNemar's test (1947), exact: of the items that only one of two systems has right, each has as many as a coin would give it.

It takes items for independent. Where they stand in articles they are not, and its p comes out too small or too large; it is given beside
the randomisation test, which swaps whole groups, and decides nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom


def exact_mcnemar(a: NDArray[np.bool_], b: NDArray[np.bool_], *, mid: bool = False) -> float:
    """Two-sided p from the binomial distribution.

    Args:
        a: whether one system has the item right, shape ``(items,)``.
        b: whether the other has.
        mid: count half of the probability of what was seen (Lancaster 1961; Fagerland et al. 2013): less cautious, no longer exact.

    Returns:
        Greater than 0 and at most 1; 1 where the two are right on the same items.

    Raises:
        ValueError: they are not of the same length.
    """
    if a.shape != b.shape:
        raise ValueError(f"correctness of {a.size} items against {b.size}")
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    less, discordant = min(only_a, only_b), only_a + only_b
    p = 2 * float(binom.cdf(less, discordant, 0.5))
    if mid:
        p -= float(binom.pmf(less, discordant, 0.5))
    return min(1.0, p)
