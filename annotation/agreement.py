"""Krippendorff's α for nominal labels, with intervals.

α = 1 − D_o / D_e from the coincidence matrix (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). Coincidence matrices of
articles add up, so thousands of bootstrap resamples of articles are one matrix product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
SAMPLES = 10_000


def coincidences(units: Sequence[Sequence[str]], labels: Sequence[str]) -> Matrix:
    """The coincidence matrix of some units.

    Args:
        units: by unit, the labels that its annotators gave; a unit with fewer than two says nothing.
        labels: all labels.

    Returns:
        Shape ``(labels, labels)``: each ordered pair of values of a unit counts ``1 / (values of the unit − 1)``.
    """
    position = {label: i for i, label in enumerate(labels)}
    total = np.zeros((len(labels), len(labels)))
    for unit in units:
        if len(unit) > 1:
            counts = np.bincount([position[label] for label in unit], minlength=len(labels)).astype(float)
            total += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return total


def alpha(matrices: Matrix) -> Matrix:
    """α of coincidence matrices.

    Args:
        matrices: shape ``(…, labels, labels)``.

    Returns:
        Shape ``(…,)``; NaN where only one label was given, or none: there is no chance agreement to compare with.
    """
    totals = matrices.sum(-1)
    n = totals.sum(-1)
    observed = n - np.trace(matrices, axis1=-2, axis2=-1)
    expected = n**2 - (totals**2).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)
    return values


def alpha_with_interval(
    by_article: Mapping[str, Sequence[Sequence[str]]], labels: Sequence[str], seed: int = 13
) -> dict[str, object]:
    """α over all units with a 95 % percentile bootstrap interval over articles.

    Args:
        by_article: the units of each article.
        labels: all labels.
        seed: of the random numbers.

    Returns:
        ``alpha``, ``low``, ``high`` (null where not defined) and the number of ``units`` that at least two annotators labelled.
    """
    articles = [units for _, units in sorted(by_article.items()) if any(len(unit) > 1 for unit in units)]
    pairable = sum(len(unit) > 1 for units in articles for unit in units)
    empty: dict[str, object] = {"alpha": None, "low": None, "high": None, "units": pairable}
    if not articles:
        return empty
    matrices = np.stack([coincidences(units, labels) for units in articles])
    value = float(alpha(matrices.sum(0)))
    if np.isnan(value):
        return empty
    found: dict[str, object] = {**empty, "alpha": round(value, 6)}
    if len(articles) > 1:
        draws = np.random.default_rng(seed).multinomial(
            len(articles), np.full(len(articles), 1 / len(articles)), SAMPLES
        )
        samples = alpha(np.tensordot(draws.astype(float), matrices, axes=1))
        low, high = np.nanquantile(samples, [0.025, 0.975])
        found |= {"low": round(float(low), 6), "high": round(float(high), 6)}
    return found
