"""Tokens with offsets, and spans as BIO tags of them (Ramshaw & Marcus 1995)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from baselines.tasks.base import Span

OUTSIDE = "O"
_TOKEN = re.compile(r"\w+|[^\w\s]")


def tokenise(text: str) -> list[tuple[int, int]]:
    """Words and single punctuation marks as ``(start, end)``, code points, half-open, in order."""
    return [match.span() for match in _TOKEN.finditer(text)]


def to_bio(tokens: Sequence[tuple[int, int]], spans: Iterable[Span]) -> list[str]:
    """A tag a token: ``B-label`` and ``I-label`` for those that a span touches, ``O`` for the others.

    BIO has no way to say that spans overlap: a token goes to the span that starts first, of equals to the longest.
    """
    tags = [OUTSIDE] * len(tokens)
    place = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        while place < len(tokens) and tokens[place][1] <= span.start:
            place += 1
        prefix = "B-"
        while place < len(tokens) and tokens[place][0] < span.end:
            tags[place] = prefix + span.label
            prefix = "I-"
            place += 1
    return tags


def from_bio(tokens: Sequence[tuple[int, int]], tags: Sequence[str]) -> list[Span]:
    """The spans that tags mean, in order.

    An ``I-`` that continues nothing opens a span, as in conlleval.

    Raises:
        ValueError: not a tag for each token, or a tag that is none of BIO.
    """
    found: list[Span] = []
    last = OUTSIDE
    for (start, end), tag in zip(tokens, tags, strict=True):
        if tag != OUTSIDE:
            prefix, _, label = tag.partition("-")
            if prefix not in {"B", "I"} or not label:
                raise ValueError(f"{tag!r} is no BIO tag")
            if prefix == "I" and last != OUTSIDE and last[2:] == label:
                found[-1] = found[-1]._replace(end=end)
            else:
                found.append(Span(start, end, label))
        last = tag
    return found
