"""Cohen's κ of two annotators, Fleiss' κ of any number, and the observed agreement that both start from.

J. Cohen (1960), "A coefficient of agreement for nominal scales"; J. L. Fleiss (1971), "Measuring nominal scale agreement among many
raters".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def cohen(confusions: Matrix) -> Matrix:
    """Cohen's κ, ``(p_o − p_e) / (1 − p_e)``.

    Args:
        confusions: shape ``(…, labels, labels)``: how often the first annotator gave the label of the row and the second that of the
            column.

    Returns:
        Shape ``(…,)``; NaN where nothing was counted, or both gave one and the same label only.
    """
    n = confusions.sum((-2, -1))
    agreed = np.trace(confusions, axis1=-2, axis2=-1) * n
    chance = (confusions.sum(-1) * confusions.sum(-2)).sum(-1)
    return _beyond_chance(agreed, chance, n**2)


def same(confusions: Matrix) -> Matrix:
    """The share of things that two annotators labelled alike, shape ``(…,)``; NaN where nothing was counted."""
    n = confusions.sum((-2, -1))
    return _share(np.trace(confusions, axis1=-2, axis2=-1), n)


def fleiss(counts: Matrix) -> float:
    """Fleiss' κ, ``(P̄ − P̄_e) / (1 − P̄_e)``.

    Fleiss asks for the same number of values for every unit; where it differs, P̄ is the mean over units of each one's own share of
    agreeing pairs, and a label's chance its share of all values.

    Args:
        counts: shape ``(units, labels)``; units with fewer than two values are left out.

    Returns:
        κ; NaN where there is no unit, or one label only.
    """
    pairable = counts[counts.sum(1) > 1]
    if not len(pairable):
        return float("nan")
    shares = pairable.sum(0) / pairable.sum()
    agreed, chance = np.array(observed(pairable)), (shares**2).sum()
    return float(_beyond_chance(agreed, chance, np.ones(())))


def observed(counts: Matrix) -> float:
    """Raw agreement: the mean over units of the share of pairs of values that are the same (Fleiss' P̄).

    Args:
        counts: shape ``(units, labels)``; units with fewer than two values are left out.

    Returns:
        In [0, 1]; NaN where there is no such unit.
    """
    values = counts.sum(1)
    if not (values > 1).any():
        return float("nan")
    counts, values = counts[values > 1], values[values > 1]
    return float(((counts * (counts - 1)).sum(1) / (values * (values - 1))).mean())


def _beyond_chance(agreed: Matrix, chance: Matrix, all_: Matrix) -> Matrix:
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(all_ - chance > 1e-12 * all_, (agreed - chance) / (all_ - chance), np.nan)
    return values


def _share(part: Matrix, all_: Matrix) -> Matrix:
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(all_ > 0, part / all_, np.nan)
    return values
