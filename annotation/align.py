"""Which spans of different annotators are the same one.

Two annotators' spans are compared by intersection over union (IoU) of code points. For a pair of annotators the matching is the
assignment of maximum total IoU (Kuhn 1955, as ``scipy.optimize.linear_sum_assignment``), pairs below .5 dropped. For any number of
annotators, spans are joined by complete linkage, best pairs first, at most one span an annotator, all pairs of a group with IoU of .5
or more; the medoid (the member with the largest mean IoU to the others) gives the group its boundaries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from dataset.labels import Span

MIN_IOU = 0.5


def iou(a: Span, b: Span) -> float:
    """Intersection over union of two half-open spans, in [0, 1]."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    if shared <= 0:
        return 0.0
    return shared / (a.end - a.start + b.end - b.start - shared)


def match(a: Sequence[Span], b: Sequence[Span]) -> list[tuple[int, int]]:
    """Match the spans of two annotators one to one.

    Returns:
        Pairs of positions ``(in a, in b)`` whose IoU is at least .5, of maximum total IoU.
    """
    if not a or not b:
        return []
    scores = np.array([[iou(x, y) for y in b] for x in a])
    scores[scores < MIN_IOU] = 0.0
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if scores[i, j] >= MIN_IOU]


def groups(spans: Mapping[str, Sequence[Span]]) -> list[dict[str, int]]:
    """Group the spans of any number of annotators that mark the same thing.

    Args:
        spans: by annotator.

    Returns:
        One mapping of annotator to the position of the span in his or her list a group, ordered by position in the text. Every span
        is in exactly one group. The order of annotators and of their spans does not matter.
    """
    items = sorted((span, annotator, i) for annotator, list_ in spans.items() for i, span in enumerate(list_))
    # Best pairs first; equal ones by where they stand, so that no input order decides.
    pairs = sorted(
        (-score, x, y)
        for x, (a, first, _) in enumerate(items)
        for y, (b, second, _) in enumerate(items[x + 1 :], x + 1)
        if first != second and b.start < a.end and (score := iou(a, b)) >= MIN_IOU
    )
    group_of = {x: {x} for x in range(len(items))}
    for _, x, y in pairs:
        left, right = group_of[x], group_of[y]
        if left is right or {items[i][1] for i in left} & {items[i][1] for i in right}:
            continue
        if all(iou(items[i][0], items[j][0]) >= MIN_IOU for i in left for j in right):
            left |= right
            for i in right:
                group_of[i] = left
    unique = {id(group): group for group in group_of.values()}
    return [{items[i][1]: items[i][2] for i in sorted(group)} for group in sorted(unique.values(), key=min)]


def medoid(spans: Sequence[Span]) -> Span:
    """The span with the largest mean IoU to the others; of equals the first in the text, then the shorter one."""
    return min(spans, key=lambda span: (-round(sum(iou(span, other) for other in spans), 9), span))
