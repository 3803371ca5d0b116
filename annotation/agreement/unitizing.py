"""Krippendorff's α for unitizing: annotators choose spans of a continuum, and give them a label or not.

Krippendorff, Mathet, Bouvry & Widlöcher (2016), "On the reliability of unitizing textual continua: Further developments", Quality &
Quantity 50; Krippendorff (2019), "Content Analysis", 4th ed., section 12.6, equations 32–37. With ℓ_ck the code points that one
annotator gave c and another k, each ordered pair of annotators counting 1 / (annotators − 1), gaps being a label φ of their own:

- uα nominal (unitizing and coding) = 1 − (ℓ.. − Σ_c ℓ_cc) / (ε.. − Σ_c ε_cc), ε_ck = (ℓ_c. ℓ_.k − own_c) / (ℓ.. − own / ℓ..), where own_c
  (for c = k alone) is what would pair units with themselves: Σ L² over units labelled c, Σ L over gaps; own is the sum of all
- |uα binary (unit or gap): both matrices summed over all labels but φ. Units stay those that were marked: two that touch are two
- cuα nominal (coding of the intersections): the matrix without φ; here a unit's length is the part of it that is paired, its code points
  times the share of other annotators who marked them, so that the lengths add up to ℓ*..

Read in two public implementations, quallmer (R) and KrippendorffUnitizedAlpha (Python), which agree on equation 33. For cuα quallmer takes
as paired what any other annotator marked: that gives .728 for the book's example, where the book has .724; the share of others gives .724.

Several articles are one continuum laid end to end: sums over articles, in each of which other annotators may have worked. Where an
annotator's own spans overlap, the first one (of those that start together the longest) keeps its code points, and a later one what is
left, so that what is marked is the union of all; one inside another vanishes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataset.records.types import Span

Matrix = NDArray[np.float64]
Unit = tuple[Span, int]  # a span and the number of its label, from 1 on: 0 is the gap


def disjoint(units: Sequence[Unit]) -> list[Unit]:
    """One annotator's units cut so that no code point is in two; the module says how."""
    found, reached = [], 0
    for span, label in sorted(units, key=lambda unit: (unit[0].start, -unit[0].end, unit[1])):
        start = max(span.start, reached)
        if start < span.end:
            found.append((Span(start, span.end), label))
            reached = span.end
    return found


def continuum_sums(unitizations: Sequence[Sequence[Unit]], length: int, labels: int) -> Matrix:
    """What one article adds to the coefficients.

    Args:
        unitizations: by annotator, his or her units; those of fewer than two annotators say nothing.
        length: of the article, in code points.
        labels: how many labels there are, without the gap.

    Returns:
        Shape ``((labels + 1)² + 2,)``: the coincidences ℓ row by row, the gap first; own; own of the intersections.

    Raises:
        ValueError: a unit ends behind the article.
    """
    sums = np.zeros((labels + 1) ** 2 + 2)
    others = len(unitizations) - 1
    if others < 1:
        return sums
    given = np.zeros((len(unitizations), length), dtype=np.intp)
    parts = [disjoint(units) for units in unitizations]
    for row, units in zip(given, parts, strict=True):
        for span, label in units:
            if span.end > length:
                raise ValueError(f"a unit ends at {span.end}, the article has {length} code points")
            row[span.start : span.end] = label
    votes = np.stack([(given == label).sum(0) for label in range(labels + 1)]).astype(float)
    sums[:-2] = ((votes @ votes.T - np.diag(votes.sum(1))) / others).ravel()
    # What of a code point's marks is paired: with how many of the others'.
    paired = np.concatenate([[0.0], np.cumsum((len(unitizations) - votes[0] - 1) / others)])
    lengths = np.array(
        [(span.end - span.start, paired[span.end] - paired[span.start]) for one in parts for span, _ in one]
    )
    sums[-2:] = (lengths.reshape(-1, 2) ** 2).sum(0)
    sums[-2] += votes[0].sum()
    return sums


def unitizing_alpha(sums: Matrix, labels: int) -> Matrix:
    """uα nominal, of unitizing and coding together.

    Args:
        sums: shape ``(…, (labels + 1)² + 2)``, of ``continuum_sums``, added up over articles.
        labels: how many labels there are, without the gap.

    Returns:
        Shape ``(…,)``; NaN where nobody marked anything, or all marked everything alike.
    """
    return _alpha(_matrix(sums, labels), sums[..., -2])


def binary_alpha(sums: Matrix, labels: int) -> Matrix:
    """The binary |uα, of what is a unit and what a gap; see ``unitizing_alpha``."""
    full = _matrix(sums, labels)
    halves = np.stack([full[..., :1, :].sum(-2), full[..., 1:, :].sum(-2)], axis=-2)
    halves = np.stack([halves[..., :1].sum(-1), halves[..., 1:].sum(-1)], axis=-1)
    return _alpha(halves, sums[..., -2])


def coding_alpha(sums: Matrix, labels: int) -> Matrix:
    """cuα nominal, of the coding where units intersect; see ``unitizing_alpha``. NaN also where they have one label only."""
    return _alpha(_matrix(sums, labels)[..., 1:, 1:], sums[..., -1])


def observed_share(sums: Matrix, labels: int) -> Matrix:
    """The share of code points of pairs of annotators that both or neither marked, shape ``(…,)``; NaN without any."""
    full = _matrix(sums, labels)
    with np.errstate(invalid="ignore"):
        shares: Matrix = (full[..., 0, 0] + full[..., 1:, 1:].sum((-2, -1))) / full.sum((-2, -1))
    return shares


def _matrix(sums: Matrix, labels: int) -> Matrix:
    return sums[..., :-2].reshape(*sums.shape[:-1], labels + 1, labels + 1)


def _alpha(matrices: Matrix, own: Matrix) -> Matrix:
    totals = matrices.sum(-1)
    n = totals.sum(-1)
    observed = n - np.trace(matrices, axis1=-2, axis2=-1)
    expected = n**2 - (totals**2).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(expected > 1e-12 * n**2, 1 - observed * (n - own / n) / expected, np.nan)
    return values
