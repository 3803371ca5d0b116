"""Check values: 20 bits by which a sentence is recognised in a copy, and from which it cannot be read.

A value covers a sentence, or several in a row until they have enough letters; no letter is under two values. What a value gives away, and
where the least number of letters comes from, is derived in ``docs/decisions.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from dataset.records.standoff import BITS
from dataset.standoff.letters import Lettered

# Letters under one value at least: at 1.25 bits a letter three times as many bits as the value gives away.
LEAST = 48


class Check(NamedTuple):
    """A stretch of an article's letters with its check value."""

    start: int
    end: int
    value: int


def check_value(article_id: str, letters: str) -> int:
    """The check value of some letters: another one in every article, the same in all versions of one."""
    return int.from_bytes(sha256(f"{article_id}\n{letters}".encode()).digest()[:4]) >> (32 - BITS)


def checks_of(article_id: str, article: Lettered) -> tuple[Check, ...]:
    """The check values of an article; none where it has too few letters."""
    bounds = _bounds(article.stops, _breaks(article))
    return tuple(Check(a, b, check_value(article_id, article.letters[a:b])) for a, b in pairwise(bounds))


def _breaks(article: Lettered) -> list[int]:
    """Count the lines that begin at each stop or before it, the first left out."""
    count, breaks = 0, [0]
    for stop in article.stops[1:-1]:
        count += "\n" in article.text[article.at[stop - 1] : article.at[stop]]
        breaks.append(count)
    return [*breaks, count]


def _bounds(stops: Sequence[int], breaks: Sequence[int]) -> list[int]:
    """Choose the bounds of the stretches: a change should spoil few sentences besides its own, and rather those of the same line."""
    best: list[tuple[float, int]] = [(0, 0)]
    for end in range(1, len(stops)):
        found, longest = (float("inf"), 0), 0
        for start in range(end - 1, -1, -1):
            length, longest = stops[end] - stops[start], max(longest, stops[start + 1] - stops[start])
            if length >= LEAST:
                cost = 2 * (end - start) ** 2 + (breaks[end - 1] > breaks[start])
                found = min(found, (best[start][0] + cost, start))
            if length - longest >= 2 * LEAST:  # it would be better as two
                break
        best.append(found)
    at = len(best) - 1
    if not at or best[at][0] == float("inf"):
        return []
    bounds = [stops[at]]
    while at:
        at = best[at][1]
        bounds.append(stops[at])
    return bounds[::-1]
