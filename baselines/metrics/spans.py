"""Precision, recall and F1 of predicted spans, from counts that add up over documents.

Schemes ``strict``, ``partial`` and ``type`` are those of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013; after MUC-5, Chinchor &
Sundheim 1993), as ``nervaluate`` has them:

- strict: the same boundaries and the same label, 1
- partial: the same boundaries 1, boundaries that overlap by a code point or more .5; labels do not matter
- type: any overlap with the same label, 1
- characters: code points in both a gold and a predicted span, labels do not matter; one that several spans of a side hold counts once.
  The character-offset F1 after Da San Martino et al. (2019), over all documents together: the measure that the agreement page calls
  partial span F1, so this one stands beside the human ceiling.

Precision divides the credit by the predicted spans (ACT = COR + INC + PAR + SPU), recall by the gold ones (POS = COR + INC + PAR + MIS).
A gold span is credited for at most one predicted span and the other way round; of all such matchings the one of most credit is
taken, for each scheme its own, so no order of the input decides. A span that is predicted twice is one too many. ``nervaluate`` takes
the first that fits, so its figures can be lower where a span overlaps several, and asks for an overlap of 1 % of the gold span.

For the figures of one label, count the spans of that label alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from baselines.metrics.checks import Values, counts

SCHEMES = ("strict", "partial", "type", "characters")
# Per scheme its credit, then gold, then predicted: spans, for characters code points.
COUNTS = 3 * len(SCHEMES)


class MarkedSpan(NamedTuple):
    """Half-open code points into the canonical text, and what they are called."""

    start: int
    end: int
    label: str


def count_document(gold: Sequence[MarkedSpan], predicted: Sequence[MarkedSpan], labels: Sequence[str]) -> Values:
    """What one document adds.

    Args:
        gold: its spans, in any order; may be none.
        predicted: a system's, in any order; may be none.
        labels: all labels.

    Returns:
        Shape ``(COUNTS,)``, that is ``(schemes, 3)`` in a row: credit, gold and predicted.

    Raises:
        ValueError: a boundary that is no integer or negative, a span that ends before it starts or is empty, an unknown label.
    """
    _check(gold, "gold", labels)
    _check(predicted, "predicted", labels)
    sizes = (len(gold), len(predicted))
    points, found_points = _covered(gold), _covered(predicted)
    shared = points + found_points - _covered([*gold, *predicted])
    one, other = _columns(gold), _columns(predicted)
    overlap = (one[:, :1] < other[:, 1]) & (other[:, 0] < one[:, 1:])
    equal = (one[:, :1] == other[:, 0]) & (one[:, 1:] == other[:, 1])
    same = np.array([[a.label == b.label for b in predicted] for a in gold], dtype=bool).reshape(sizes)
    # Pairs of equal boundaries go first: breaking one up never gains more than it loses, as whoever overlaps the one overlaps the other.
    exact = _pairs(equal)
    rest = overlap.copy()
    rest[exact >= 0] = False
    rest[:, exact[exact >= 0]] = False
    partial = float((exact >= 0).sum()) + 0.5 * float((_pairs(rest) >= 0).sum())
    credits = (float((_pairs(equal & same) >= 0).sum()), partial, float((_pairs(overlap & same) >= 0).sum()))
    return np.array(
        [x for credit in credits for x in (credit, *sizes)] + [shared, points, found_points], dtype=np.float64
    )


def count_documents(
    gold: Sequence[Sequence[MarkedSpan]], predicted: Sequence[Sequence[MarkedSpan]], labels: Sequence[str]
) -> Values:
    """What each document adds.

    Args:
        gold: spans by document.
        predicted: spans by document.
        labels: all labels.

    Returns:
        Shape ``(documents, COUNTS)``.

    Raises:
        ValueError: no document, lists of different length, a span that ``count_document`` refuses.
    """
    if not len(gold) or len(gold) != len(predicted):
        raise ValueError(f"spans: {len(gold)} documents of gold, {len(predicted)} of predictions")
    rows = []
    for number, (one, other) in enumerate(zip(gold, predicted, strict=True)):
        try:
            rows.append(count_document(one, other, labels))
        except ValueError as error:
            raise ValueError(f"document {number}: {error}") from None
    return np.array(rows)


def span_f1(sums: ArrayLike, undefined: float | None = None) -> Values:
    """F1 by scheme, ``2 credit / (gold + predicted)``.

    Args:
        sums: shape ``(…, COUNTS)``, counts or their sums over documents.
        undefined: the value where there is neither a gold nor a predicted span; None: that is an error.

    Returns:
        Shape ``(…, schemes)`` in the order of ``SCHEMES``, in [0, 1].

    Raises:
        ValueError: another shape, a negative, infinite or NaN count, or no span and no value for it.
    """
    table = _table(sums)
    return _quotient(2 * table[..., 0], table[..., 1] + table[..., 2], undefined, "gold or predicted")


def span_precision(sums: ArrayLike, undefined: float | None = None) -> Values:
    """Precision by scheme, ``credit / predicted``.

    Args:
        sums: shape ``(…, COUNTS)``, counts or their sums over documents.
        undefined: the value where nothing is predicted; None: that is an error.

    Returns:
        Shape ``(…, schemes)`` in the order of ``SCHEMES``, in [0, 1].

    Raises:
        ValueError: another shape, a negative, infinite or NaN count, or no predicted span and no value for it.
    """
    table = _table(sums)
    return _quotient(table[..., 0], table[..., 2], undefined, "predicted")


def span_recall(sums: ArrayLike, undefined: float | None = None) -> Values:
    """Recall by scheme, ``credit / gold``.

    Args:
        sums: shape ``(…, COUNTS)``, counts or their sums over documents.
        undefined: the value where there is no gold span; None: that is an error.

    Returns:
        Shape ``(…, schemes)`` in the order of ``SCHEMES``, in [0, 1].

    Raises:
        ValueError: another shape, a negative, infinite or NaN count, or no gold span and no value for it.
    """
    table = _table(sums)
    return _quotient(table[..., 0], table[..., 1], undefined, "gold")


def _check(spans: Iterable[MarkedSpan], what: str, labels: Sequence[str]) -> None:
    for start, end, label in spans:
        whole = all(isinstance(bound, Integral) and not isinstance(bound, bool) for bound in (start, end))
        if not (whole and 0 <= start < end < 2**62):
            raise ValueError(f"{what} span {start!r}–{end!r}: 0 ≤ start < end, whole numbers, is expected")
        if label not in labels:
            raise ValueError(f"{what} span {start}–{end}: unknown label {label!r}; known: {', '.join(labels)}")


def _covered(spans: Iterable[MarkedSpan]) -> int:
    """Code points in any of some spans."""
    total, reached = 0, 0
    for start, end, _ in sorted(spans, key=lambda span: (span[0], span[1])):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _columns(spans: Sequence[MarkedSpan]) -> NDArray[np.int64]:
    """Shape ``(spans, 2)``."""
    return np.array([span[:2] for span in spans], dtype=np.int64).reshape(-1, 2)


def _pairs(allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """As many pairs as can be, one to one: for each row its column, or −1."""
    if not allowed.any():
        return np.full(allowed.shape[0], -1, dtype=np.int64)
    return np.asarray(maximum_bipartite_matching(csr_array(allowed), perm_type="column"), dtype=np.int64)


def _table(sums: ArrayLike) -> Values:
    array = counts(sums, "span counts", (COUNTS,))
    return array.reshape(*array.shape[:-1], len(SCHEMES), 3)


def _quotient(above: Values, below: Values, undefined: float | None, what: str) -> Values:
    empty = below <= 0
    if undefined is None and empty.any():
        raise ValueError(f"span counts: no {what} span, so the score is not defined")
    return np.asarray(np.where(empty, undefined or 0.0, above / np.where(empty, 1, below)), dtype=np.float64)
