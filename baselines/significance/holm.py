"""Holm's correction (1979, "A simple sequentially rejective multiple test procedure"): for any dependence between the tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from baselines.significance.bootstrap import Matrix


def holm_adjusted(p: Sequence[float] | Matrix) -> Matrix:
    """p of each test, adjusted: those at most α are what Holm's procedure rejects at α, at which the chance of any false alarm is α.

    Args:
        p: of each test of the family, shape ``(tests,)``.

    Returns:
        In the order of ``p``: the i-th smallest of m times ``m − i + 1``, never less than that of a smaller one, at most 1.
    """
    given = np.asarray(p, dtype=float)
    order = np.argsort(given, kind="stable")
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)))
    return adjusted
