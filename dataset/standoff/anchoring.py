"""Where the letters of an article stand in a copy that is not the same.

*Proved*: the copy's letters without some stretches that were put in are, by their hash, the article's. Which stretches these may be,
the lengths of the sentences say; that they are the right ones, the hash does.
*Likely*: where the copy lacks something, or a word was changed, nothing can prove it. Three sentences in a row that have the lengths of
the article's, at one place only, are taken for them; one word that was changed for another of the same length would not be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, combinations, islice, product
from typing import NamedTuple

from dataset.standoff.letters import Anchors, Lettered, Place, Span
from dataset.text import text_sha256

# Sentences of the same lengths in a row, and letters in them, before they are taken for the same without a proof.
MIN_UNITS, MIN_LETTERS = 3, 150
# How the lengths are read, likelier ways first: how many in a row are the same sentences, how many at the edges of such a run are not
# (a sentence put in may be as long as its neighbour), and whether something may be put in anywhere, or between sentences only.
_READINGS = (
    (MIN_UNITS, 0, False),
    (MIN_UNITS, 1, False),
    (MIN_UNITS, 2, False),
    (1, 0, False),
    (MIN_UNITS, 0, True),
    (MIN_UNITS, 1, True),
    (1, 0, True),
    (None, 0, True),
)
# So many possibilities of one reading are tried.
_TRIES = 5_000
_MOST_SPANS = 400


class Piece(NamedTuple):
    """A stretch of the article's letters and where it begins in the copy's."""

    old: int
    new: int
    length: int


class _Gap(NamedTuple):
    """What lies between two runs of equal lengths, in letters."""

    first: int  # where it begins in the copy
    there: int  # how much the copy has there
    missing: int  # and the article


@dataclass(frozen=True)
class Aligned:
    """A copy with the pieces of the article that stand in it, in order."""

    copy: Lettered
    anchors: Anchors
    pieces: tuple[Piece, ...]
    proved: bool

    @property
    def letters(self) -> int:
        """How many of the article's letters were found."""
        return sum(piece.length for piece in self.pieces)

    def find(self, span: Span) -> Span | None:
        """Where a span of the article stands in the copy; None where it is not there as a whole."""
        place = self.anchors.places.get(span)
        if place is None or place.start == place.end:
            return None
        for piece in self.pieces:
            if piece.old <= place.start and place.end <= piece.old + piece.length:
                return self.copy.span(_moved(place, piece.new - piece.old))
        return None

    def parts(self, span: Span) -> list[Span]:
        """The parts of a span that stand in the copy: several where something was put in between."""
        place = self.anchors.places[span]
        found = []
        for piece in self.pieces:
            start, end = max(place.start, piece.old), min(place.end, piece.old + piece.length)
            if start < end:
                # At a cut, a mark that touches the letters goes with them.
                lead = place.lead or start > place.start
                trail = place.trail or end < place.end
                found.append(self.copy.span(_moved(Place(start, end, lead, trail), piece.new - piece.old)))
        return found

    def additions(self) -> list[Span]:
        """What the copy has and the article has not, where it holds letters."""
        bounds = [0, *(b for piece in self.pieces for b in (piece.new, piece.new + piece.length)), len(self.copy.at)]
        stretches = zip(bounds[::2], bounds[1::2], strict=True)
        return [self.copy.span(Place(start, end, False, False)) for start, end in stretches if start < end]


def prove(anchors: Anchors, copy: Lettered) -> Aligned | None:
    """Find the whole article in a copy that has more, or the same in other typography; the hash of its letters decides.

    Args:
        anchors: of the article.
        copy: the copy.
    """
    total = sum(anchors.units)
    if len(copy.at) < total:
        return None
    for least, margin, anywhere in _READINGS:
        gaps = _gaps(anchors.units, copy.units, least, margin)
        choices = [_cuts(copy, gap, anywhere=anywhere) for gap in gaps if gap.there > gap.missing]
        for cuts in islice(product(*choices), _TRIES) if all(gap.there >= gap.missing for gap in gaps) else ():
            pieces = _without([cut for chosen in cuts for cut in chosen], len(copy.at))
            if text_sha256("".join(copy.letters[p.new : p.new + p.length] for p in pieces)) == anchors.letters_sha256:
                return Aligned(copy, anchors, pieces, proved=True)
    return None


def guess(anchors: Anchors, copy: Lettered) -> Aligned | None:
    """Find what by its lengths is likely to be the article's; None where nothing is."""
    units = copy.units
    old_at, new_at = (list(accumulate(lengths, initial=0)) for lengths in (anchors.units, units))
    pieces = []
    for i, j, size in _matches(anchors.units, units, MIN_UNITS):
        run = tuple(units[j : j + size])
        if sum(run) >= MIN_LETTERS and _occurrences(run, anchors.units) == _occurrences(run, units) == 1:
            # The first and the last of a row may have its length by chance.
            i, j, size = _inner((i, j, size), len(anchors.units), len(units), 1)
            pieces.append(Piece(old_at[i], new_at[j], sum(units[j : j + size])))
    return Aligned(copy, anchors, _joined(pieces), proved=False) if pieces else None


def _gaps(old: Sequence[int], new: Sequence[int], least: int | None, margin: int) -> list[_Gap]:
    """What lies between the runs of equal lengths.

    Args:
        old: lengths of the article's sentences.
        new: lengths of the copy's.
        least: how many equal lengths in a row are taken for the same sentences; None: none are.
        margin: how many at the edges of a run are not.
    """
    old_at, new_at = (list(accumulate(lengths, initial=0)) for lengths in (old, new))
    matches = [] if least is None else _matches(old, new, max(least, 2 * margin + 1))
    before, gaps = (0, 0), []
    for i, j, size in [*(_inner(match, len(old), len(new), margin) for match in matches), (len(old), len(new), 0)]:
        gaps.append(_Gap(new_at[before[1]], new_at[j] - new_at[before[1]], old_at[i] - old_at[before[0]]))
        before = (i + size, j + size)
    return gaps


def _inner(match: tuple[int, int, int], old: int, new: int, margin: int) -> tuple[int, int, int]:
    """A run of equal lengths without its edges, but where an edge is that of both texts."""
    i, j, size = match
    head = margin if i or j else 0
    tail = margin if i + size < old or j + size < new else 0
    return i + head, j + head, size - head - tail


def _cuts(copy: Lettered, gap: _Gap, *, anywhere: bool) -> list[list[Span]]:
    """Stretches of the copy that may have been put into a gap: one or two from sentence to sentence, or one from word to word."""
    extra, end = gap.there - gap.missing, gap.first + gap.there
    if anywhere:
        starts = range(gap.first, end - extra + 1)
        return [[(at, at + extra)] for at in starts if _at_word(copy, at) and _at_word(copy, at + extra)]
    stops = [stop for stop in copy.stops if gap.first <= stop <= end]
    spans = [(start, stop) for start, stop in combinations(stops, 2) if stop - start <= extra]
    cuts = [[span] for span in spans if span[1] - span[0] == extra]
    if len(spans) <= _MOST_SPANS:
        pairs = combinations(spans, 2)
        cuts += [[a, b] for a, b in pairs if a[1] < b[0] and a[1] - a[0] + b[1] - b[0] == extra]
    return cuts


def _at_word(copy: Lettered, letter: int) -> bool:
    at = copy.at
    return letter in (0, len(at)) or at[letter] > at[letter - 1] + 1


def _without(cuts: Sequence[Span], total: int) -> tuple[Piece, ...]:
    """The pieces that are left when these stretches of a copy are taken out."""
    bounds = [0, *(bound for cut in cuts for bound in cut), total]
    pieces, old = [], 0
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        if start < end:
            pieces.append(Piece(old, start, end - start))
            old += end - start
    return tuple(pieces)


def _matches(old: Sequence[int], new: Sequence[int], least: int) -> list[tuple[int, int, int]]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size >= least]


def _occurrences(run: tuple[int, ...], lengths: Sequence[int]) -> int:
    return sum(tuple(lengths[i : i + len(run)]) == run for i in range(len(lengths) - len(run) + 1))


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces that follow each other without a gap on either side are one."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and (last.old + last.length, last.new + last.length) == (piece.old, piece.new):
            joined[-1] = Piece(last.old, last.new, last.length + piece.length)
        else:
            joined.append(piece)
    return tuple(joined)


def _moved(place: Place, by: int) -> Place:
    return place._replace(start=place.start + by, end=place.end + by)
