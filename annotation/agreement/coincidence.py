"""Krippendorff's α from coincidence matrices, nominal and ordinal, values missing or not.

α = 1 − D_o / D_e (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"; 2019, "Content Analysis", 4th ed., section 12.3).
The matrices of units add up, so that any number of bootstrap resamples is one matrix product (``bootstrap``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
METRICS = ("nominal", "ordinal")


def label_counts(units: Sequence[Sequence[str]], labels: Sequence[str]) -> Matrix:
    """How often each label was given to each unit.

    Args:
        units: by unit, the labels that its annotators gave.
        labels: all labels, in order.

    Returns:
        Shape ``(units, labels)``.

    Raises:
        KeyError: a unit has a label that is not one of ``labels``.
    """
    position = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(units), len(labels)))
    for row, unit in zip(counts, units, strict=True):
        for label in unit:
            row[position[label]] += 1
    return counts


def unit_coincidences(counts: Matrix) -> Matrix:
    """The coincidence matrix of each unit.

    Args:
        counts: shape ``(units, labels)``.

    Returns:
        Shape ``(units, labels, labels)``: each ordered pair of values of a unit counts ``1 / (values of the unit − 1)``. A unit with
        fewer than two values says nothing: all 0.
    """
    values = counts.sum(-1)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(counts.shape[-1])
    matrices: Matrix = pairs / np.maximum(values - 1, 1)[:, None, None]
    return matrices


def coincidences(units: Sequence[Sequence[str]], labels: Sequence[str]) -> Matrix:
    """The coincidence matrix of some units together, shape ``(labels, labels)``; see ``unit_coincidences``."""
    total: Matrix = unit_coincidences(label_counts(units, labels)).sum(0)
    return total


def alpha(matrices: Matrix, metric: str = "nominal") -> Matrix:
    """α of coincidence matrices.

    Args:
        matrices: shape ``(…, labels, labels)``; for the ordinal metric the labels stand in their order.
        metric: ``nominal`` (two labels are the same or not) or ``ordinal`` (squared distance of their mean ranks, counted in the values
            that were given).

    Returns:
        Shape ``(…,)``; NaN where only one label was given, or none: there is no chance agreement to compare with.

    Raises:
        ValueError: there is no such metric.
    """
    totals = matrices.sum(-1)
    n = totals.sum(-1)
    if metric == "nominal":
        observed = n - np.trace(matrices, axis1=-2, axis2=-1)
        expected = n**2 - (totals**2).sum(-1)
    elif metric == "ordinal":
        ranks = totals.cumsum(-1) - totals / 2
        distances = (ranks[..., :, None] - ranks[..., None, :]) ** 2
        observed = (matrices * distances).sum((-2, -1))
        expected = (totals[..., :, None] * totals[..., None, :] * distances).sum((-2, -1))
    else:
        raise ValueError(f"metric: {metric!r} is not one of {', '.join(METRICS)}")
    return _from_disagreements(n, observed, expected)


def alpha_by_label(matrices: Matrix) -> Matrix:
    """α of each label against all others taken as one (Krippendorff 2019, chapter 12).

    Args:
        matrices: shape ``(…, labels, labels)``.

    Returns:
        Shape ``(…, labels)``; NaN for a label that was never given, or always.
    """
    totals = matrices.sum(-1)
    n = totals.sum(-1, keepdims=True)
    observed = totals - np.diagonal(matrices, axis1=-2, axis2=-1)
    return _from_disagreements(n, observed, totals * (n - totals))


def _from_disagreements(n: Matrix, observed: Matrix, expected: Matrix) -> Matrix:
    # Sums of fractions: what is 0 may come out as 1e-16 of all pairs.
    defined = expected > 1e-12 * np.maximum(n, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(defined, 1 - (n - 1) * observed / expected, np.nan)
    return values
