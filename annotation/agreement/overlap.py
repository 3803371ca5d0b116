"""How far two annotators mark the same spans: F1, which is the same whoever of the two is called right.

Mean pairwise F1 is positive specific agreement, and what κ tends to where what nobody marked cannot be counted (Hripcsak & Rothschild 2005,
"Agreement, the F-measure, and reliability in information retrieval").

- exact: a span counts where the other marked exactly the same one
- relaxed: where one of the other's has an IoU of .5 or more, one to one (``annotation.align.match``)
- partial: 2 × code points that both marked / (code points that one marked + those that the other did). This is the character-offset F1
  of Da San Martino et al. (2019), "Fine-grained analysis of propaganda in news articles", as SemEval-2021 task 5 (toxic spans) uses
  it; over all articles together, not as a mean over articles. A code point in several of an annotator's spans counts once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotation.align import match
from dataset.records.types import Span

Matrix = NDArray[np.float64]
F1S = ("span_f1", "span_f1_exact", "span_f1_partial")
COUNTS = 5  # numbers that an article adds


def covered(spans: Sequence[Span]) -> int:
    """Code points in any of some spans."""
    total, reached = 0, 0
    for span in sorted(spans):
        total += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total


def span_counts(a: Sequence[Span], b: Sequence[Span]) -> Matrix:
    """What one article adds to the three F1 of a pair of annotators.

    Args:
        a: the spans of one of them.
        b: those of the other.

    Returns:
        Shape ``(COUNTS,)``: spans matched, spans equal, spans of both; code points of both, code points of one plus those of the other.
    """
    matched = match(a, b)
    marked = covered(a) + covered(b)
    equal = sum(a[i] == b[j] for i, j in matched)
    return np.array([len(matched), equal, len(a) + len(b), marked - covered([*a, *b]), marked], dtype=float)


def f1s(counts: Matrix) -> Matrix:
    """Relaxed, exact and partial F1.

    Args:
        counts: shape ``(…, COUNTS)``, sums over articles.

    Returns:
        Shape ``(…, 3)``, in the order of ``F1S``; NaN where neither annotator marked anything.
    """
    parts = counts[..., [0, 1, 3]]
    all_ = counts[..., [2, 2, 4]]
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(all_ > 0, 2 * parts / all_, np.nan)
    return values
