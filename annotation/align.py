"""Which spans of different annotators are the same one.

Two annotators' spans are compared by intersection over union (IoU) of code points. For a pair of annotators the matching is the
assignment of maximum total IoU (Kuhn 1955, as ``scipy.optimize.linear_sum_assignment``), pairs below .5 dropped. For any number of
annotators, spans are joined by complete linkage, best pairs first, at most one span an annotator, all pairs of a group with IoU of .5
or more; the medoid (the member with the largest mean IoU to the others) gives the group its boundaries.

Several claims may share one span, one per target for example. Where the labels are given, up to .1 is added to the IoU of a pair for what
the two claims have in common (the target counts most), so that labels decide between spans that are equal or nearly so. What is still equal
is decided by the spans and labels themselves. The result is the same for every order, and every naming, of annotators and claims.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from dataset.records.labels import Claim
from dataset.records.types import Span

MIN_IOU = 0.5
NEARLY = 0.1  # IoU that equal labels weigh: a claim of 20 characters that ends one later differs by .05


class Traits(NamedTuple):
    """Labels that distinguish claims on one span, the weightiest first."""

    target: str | None = None
    kind: str | None = None
    stance: str | None = None
    claimant: Span | None = None
    actor: str | None = None


_WEIGHTS = (16, 8, 4, 2, 1)
_Key = tuple[Span, tuple[str, str, str, tuple[int, ...], str]]


def traits_of(claim: Claim) -> Traits:
    """The traits of one annotator's claim."""
    return Traits(claim.target, claim.kind, claim.stance, claim.claimant, claim.actor)


def iou(a: Span, b: Span) -> float:
    """Intersection over union of two half-open spans, in [0, 1]."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    if shared <= 0:
        return 0.0
    return shared / (a.end - a.start + b.end - b.start - shared)


def likeness(a: Traits, b: Traits) -> float:
    """Return the similarity of two claims, in [0, 1]; 1 only if all traits are the same."""
    shared = [float(x == y) for x, y in zip(a, b, strict=True)]
    if a.claimant is not None and b.claimant is not None:
        shared[3] = iou(a.claimant, b.claimant)
    return sum(weight * value for weight, value in zip(_WEIGHTS, shared, strict=True)) / sum(_WEIGHTS)


def match(
    a: Sequence[Span], b: Sequence[Span], traits: tuple[Sequence[Traits], Sequence[Traits]] | None = None
) -> list[tuple[int, int]]:
    """Match the spans of two annotators one to one.

    Args:
        a: the spans of one of them.
        b: the spans of the other.
        traits: of a and b; they decide between spans that are equal or nearly so.

    Returns:
        Pairs of positions ``(in a, in b)`` whose IoU is at least .5, of maximum total IoU (with traits: IoU and likeness).
    """
    if not a or not b:
        return []
    left, right = traits or ([Traits()] * len(a), [Traits()] * len(b))
    # Rows and columns by what they hold, so that the assignment does not depend on the order in which it was given.
    first = sorted((_key(span, of), i) for i, (span, of) in enumerate(zip(a, left, strict=True)))
    second = sorted((_key(span, of), j) for j, (span, of) in enumerate(zip(b, right, strict=True)))
    turned = [key for key, _ in second] < [key for key, _ in first]
    if turned:
        a, b, left, right, first, second = b, a, right, left, second, first
    rows, columns = [i for _, i in first], [j for _, j in second]
    scores = _ious([a[i] for i in rows], [b[j] for j in columns])
    similar = scores >= MIN_IOU
    scores[~similar] = 0.0
    if traits is not None:
        for x, y in np.argwhere(similar):
            scores[x, y] += NEARLY * likeness(left[rows[x]], right[columns[y]])
    pairs = [
        (rows[x], columns[y])
        for x, y in zip(*linear_sum_assignment(scores, maximize=True), strict=True)
        if similar[x, y]
    ]
    return sorted((j, i) if turned else (i, j) for i, j in pairs)


def match_claims(a: Sequence[Claim], b: Sequence[Claim]) -> list[tuple[int, int]]:
    """Match the claims of two annotators by span, and by labels where spans are equal or nearly so; as ``match``."""
    traits = [traits_of(claim) for claim in a], [traits_of(claim) for claim in b]
    return match([claim.span for claim in a], [claim.span for claim in b], traits)


def _ious(a: Sequence[Span], b: Sequence[Span]) -> NDArray[np.float64]:
    one, other = (np.array([tuple(span) for span in spans], dtype=np.int64) for spans in (a, b))
    one, other = one[:, None, :], other[None, :, :]
    shared = np.minimum(one[..., 1], other[..., 1]) - np.maximum(one[..., 0], other[..., 0])
    shared = np.maximum(shared, 0)
    values: NDArray[np.float64] = shared / (one[..., 1] - one[..., 0] + other[..., 1] - other[..., 0] - shared)
    return values


def _key(span: Span, of: Traits) -> _Key:
    return span, (of.target or "", of.kind or "", of.stance or "", tuple(of.claimant or ()), of.actor or "")


def groups(
    spans: Mapping[str, Sequence[Span]], traits: Mapping[str, Sequence[Traits]] | None = None
) -> list[dict[str, int]]:
    """Group the spans of any number of annotators that mark the same thing.

    Args:
        spans: by annotator.
        traits: of each span; they decide between spans that are equal or nearly so.

    Returns:
        One mapping of annotator to the position of the span in his or her list a group, ordered by position in the text. Every span
        is in exactly one group. The order of annotators and of their spans does not matter, nor do the annotators' names.
    """
    known = traits or {name: [Traits()] * len(list_) for name, list_ in spans.items()}
    items = sorted(
        (_key(span, of), annotator, i, of)
        for annotator, list_ in spans.items()
        for i, (span, of) in enumerate(zip(list_, known[annotator], strict=True))
    )
    # Best pairs first; equal ones by what they hold, so that no input order decides. Claims that are equal in all come first of all, so
    # that from then on no two groups hold the same.
    pairs = []
    for x, ((a, _), first, _, mine) in enumerate(items):
        for y, ((b, _), second, _, theirs) in enumerate(items[x + 1 :], x + 1):
            if b.start >= a.end:
                break
            if first != second and (score := iou(a, b)) >= MIN_IOU:
                pairs.append((-score - NEARLY * likeness(mine, theirs), x, y))
    group_of = {x: {x} for x in range(len(items))}
    for _, x, y in sorted(pairs):
        left, right = group_of[x], group_of[y]
        if left is right or {items[i][1] for i in left} & {items[i][1] for i in right}:
            continue
        if all(iou(items[i][0][0], items[j][0][0]) >= MIN_IOU for i in left for j in right):
            left |= right
            for i in right:
                group_of[i] = left
    unique = {id(group): group for group in group_of.values()}
    return [{items[i][1]: items[i][2] for i in sorted(group)} for group in sorted(unique.values(), key=min)]


def group_claims(claims: Mapping[str, Sequence[Claim]]) -> list[dict[str, int]]:
    """Group the claims of any number of annotators by span, and by labels where spans are equal or nearly so; as ``groups``."""
    return groups(
        {name: [claim.span for claim in list_] for name, list_ in claims.items()},
        {name: [traits_of(claim) for claim in list_] for name, list_ in claims.items()},
    )


def medoid(spans: Sequence[Span]) -> Span:
    """The span with the largest mean IoU to the others; of equals the first in the text, then the shorter one."""
    return min(spans, key=lambda span: (-round(sum(iou(span, other) for other in spans), 9), span))
