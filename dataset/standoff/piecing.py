"""Find the sentences of an article in a copy: by their check values, their lengths and their order.

A check value fits another text of the same length once in 2**20 times. So few places are tried: between stops of the copy that are as far
apart as the sentence is long, and where a neighbour that was found begins or ends. A sentence without a neighbour counts only where few
places were tried for it. The bounds are derived in ``docs/decisions.md``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from dataset.standoff.anchors import Anchors
from dataset.standoff.checks import check_value
from dataset.standoff.letters import Lettered

# Places tried between the neighbours of a sentence without found neighbours, at most: with 20 bits a wrong one fits once in 2**16 times.
_ALONE = 16
# Stops looked at for all sentences together, places tried, and those that fit, at most: more is no copy of an article.
_MOST_STOPS, _MOST_TRIED, _MOST_FITTING = 10_000_000, 200_000, 2_000


class Piece(NamedTuple):
    """A stretch of the article's letters and where it begins in the copy's."""

    old: int
    new: int
    length: int


class _Try(NamedTuple):
    """A check value of the article and a place in the copy, in letters."""

    check: int
    at: int


def pieces_of(anchors: Anchors, copy: Lettered) -> tuple[Piece, ...]:
    """Return the stretches of the article that a copy contains, in order; empty if fewer than two of its check values fit."""
    tried = _tries(anchors, copy)
    fitting = [one for one in tried if _fits(anchors, copy, one)]
    if not 2 <= len(fitting) <= _MOST_FITTING:
        return ()
    chain = _chain(anchors, fitting)
    found = {one.check: one.at for one in chain if _is_sure(anchors, chain, one, tried)}
    if len(found) < 2:
        return ()
    _extend(anchors, copy, found)
    checks = anchors.checks
    return joined([Piece(checks[i].start, at, checks[i].end - checks[i].start) for i, at in sorted(found.items())])


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces that follow each other without a gap on either side are one."""
    done: list[Piece] = []
    for piece in pieces:
        last = done[-1] if done else None
        if last and (last.old + last.length, last.new + last.length) == (piece.old, piece.new):
            done[-1] = Piece(last.old, last.new, last.length + piece.length)
        else:
            done.append(piece)
    return tuple(done)


def at_word(copy: Lettered, letter: int) -> bool:
    """Return whether a word begins at a letter, or the text ends before it."""
    at = copy.at
    return letter in (0, len(at)) or at[letter] > at[letter - 1] + 1


def _tries(anchors: Anchors, copy: Lettered) -> list[_Try]:
    """Return every place between two stops where a sentence may be by its length."""
    stops = copy.stops
    if len(stops) * len(anchors.checks) > _MOST_STOPS:
        return []
    ends, tried = set(stops), []
    for i, check in enumerate(anchors.checks):
        length = check.end - check.start
        tried += [_Try(i, at) for at in stops if at + length in ends]
        if len(tried) > _MOST_TRIED:
            return []
    return tried


def _fits(anchors: Anchors, copy: Lettered, one: _Try) -> bool:
    start, end, value = anchors.checks[one.check]
    return check_value(anchors.article_id, copy.letters[one.at : one.at + end - start]) == value


def _end(anchors: Anchors, one: _Try) -> int:
    start, end, _ = anchors.checks[one.check]
    return one.at + end - start


def _chain(anchors: Anchors, fitting: Sequence[_Try]) -> list[_Try]:
    """Choose the tries with the most letters in the article's order; of equal ones, rather those next to a neighbour."""
    best: list[tuple[int, int, int | None]] = []  # letters, neighbours, the one before
    for i, one in enumerate(fitting):
        letters, neighbours, before = 0, 0, None
        for j in range(i):
            other = fitting[j]
            if other.check < one.check and _end(anchors, other) <= one.at:
                beside = other.check + 1 == one.check and _end(anchors, other) == one.at
                if (best[j][0], best[j][1] + beside) > (letters, neighbours):
                    letters, neighbours, before = best[j][0], best[j][1] + beside, j
        best.append((letters + _end(anchors, one) - one.at, neighbours, before))
    at: int | None = max(range(len(best)), key=lambda i: best[i][:2])
    chain = []
    while at is not None:
        chain.append(fitting[at])
        at = best[at][2]
    return chain[::-1]


def _is_sure(anchors: Anchors, chain: Sequence[_Try], one: _Try, tried: Sequence[_Try]) -> bool:
    """Return whether a neighbour was found next to it, or few places were tried between the sentences found around it."""
    i = chain.index(one)
    before, after = chain[i - 1] if i else None, chain[i + 1] if i + 1 < len(chain) else None
    if before and (before.check + 1, _end(anchors, before)) == (one.check, one.at):
        return True
    if after and (one.check + 1, _end(anchors, one)) == (after.check, after.at):
        return True
    low = (before.check, _end(anchors, before)) if before else (-1, 0)
    high = (after.check, after.at) if after else (len(anchors.checks), float("inf"))
    between = tried[bisect_left(tried, (low[0] + 1,)) : bisect_left(tried, (high[0],))]
    return sum(low[1] <= other.at and _end(anchors, other) <= high[1] for other in between) <= _ALONE


def _extend(anchors: Anchors, copy: Lettered, found: dict[int, int]) -> None:
    """Add the sentences next to those that were found, also where the copy has no stop: one place is tried for each."""
    checks = anchors.checks
    for step in (1, -1):
        for i in sorted(found, reverse=step < 0):
            while 0 <= i + step < len(checks) and i + step not in found:
                this, new = checks[i], checks[i + step]
                at = found[i] + this.end - this.start if step > 0 else found[i] - (new.end - new.start)
                end = at + new.end - new.start
                floor = max((found[k] + checks[k].end - checks[k].start for k in found if k < i + step), default=0)
                ceiling = min((found[k] for k in found if k > i + step), default=len(copy.at))
                if not floor <= at < end <= ceiling or not at_word(copy, end if step > 0 else at):
                    break
                if not _fits(anchors, copy, _Try(i + step, at)):
                    break
                found[i + step] = at
                i += step
