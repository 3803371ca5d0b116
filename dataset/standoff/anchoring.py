"""Find the letters of an article in a copy that is not the same.

If the copy's letters, without some stretches that were put in, have the article's hash, the whole article is there. The recognised
sentences show which stretches these may be; if there are none, the lengths of all sentences do. If the copy lacks something, or a word
was changed, only the recognised sentences count. Nothing is taken on its length alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, combinations, islice, product
from typing import NamedTuple

from dataset.standoff.anchors import Anchors
from dataset.standoff.letters import Lettered, Place, Span
from dataset.standoff.piecing import Piece, at_word, pieces_of
from dataset.text import text_sha256

# Sentences of the same lengths in a row before they are taken for the same, to be proved by the hash of all.
MIN_UNITS = 3
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
_MOST_SPANS, _MOST_STOPS = 400, 1_000
# More sentences on both sides, multiplied, are not compared by their lengths.
_MOST_PAIRS = 10_000_000


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

    @property
    def letters(self) -> int:
        """How many of the article's letters were found."""
        return sum(piece.length for piece in self.pieces)

    @property
    def whole(self) -> bool:
        """Return whether all of the article was found."""
        return self.letters == sum(self.anchors.units)

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


def align(anchors: Anchors, copy: Lettered) -> Aligned | None:
    """Find an article, or those of its sentences that are there, in a copy; None if nothing of it is proved to be.

    Args:
        anchors: of the article.
        copy: the copy.
    """
    pieces = pieces_of(anchors, copy)
    if not pieces:
        by_length = ((_gaps(anchors.units, copy.units, least, edge), where) for least, edge, where in _READINGS)
        return _whole(anchors, copy, by_length)
    gaps = _between(pieces, sum(anchors.units), len(copy.at))
    return _whole(anchors, copy, ((gaps, False), (gaps, True))) or Aligned(copy, anchors, pieces)


def _whole(anchors: Anchors, copy: Lettered, readings: Iterable[tuple[list[_Gap], bool]]) -> Aligned | None:
    """Remove from a copy, one attempt after the other, what may have been put in, until the rest is the article by its hash."""
    if not 0 < sum(anchors.units) <= len(copy.at):
        return None
    for gaps, anywhere in readings:
        if not all(gap.there >= gap.missing for gap in gaps):
            continue
        choices = [_cuts(copy, gap, anywhere=anywhere) for gap in gaps if gap.there > gap.missing]
        for cuts in islice(product(*choices), _TRIES):
            pieces = _without([cut for chosen in cuts for cut in chosen], len(copy.at))
            if text_sha256("".join(copy.letters[p.new : p.new + p.length] for p in pieces)) == anchors.letters_sha256:
                return Aligned(copy, anchors, pieces)
    return None


def _between(pieces: Sequence[Piece], old: int, new: int) -> list[_Gap]:
    """Return the gaps between pieces that were found, and above and below them."""
    gaps, at_old, at_new = [], 0, 0
    for piece in (*pieces, Piece(old, new, 0)):
        gaps.append(_Gap(at_new, piece.new - at_new, piece.old - at_old))
        at_old, at_new = piece.old + piece.length, piece.new + piece.length
    return gaps


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
    if not gap.missing:
        return [[(gap.first, end)]]
    if anywhere:
        starts = range(gap.first, end - extra + 1)
        return [[(at, at + extra)] for at in starts if at_word(copy, at) and at_word(copy, at + extra)]
    stops = [stop for stop in copy.stops if gap.first <= stop <= end][:_MOST_STOPS]
    spans = [(start, stop) for start, stop in combinations(stops, 2) if stop - start <= extra]
    cuts = [[span] for span in spans if span[1] - span[0] == extra]
    if len(spans) <= _MOST_SPANS:
        pairs = combinations(spans, 2)
        cuts += [[a, b] for a, b in pairs if a[1] < b[0] and a[1] - a[0] + b[1] - b[0] == extra]
    return cuts


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
    if len(old) * len(new) > _MOST_PAIRS:
        return []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size >= least]


def _moved(place: Place, by: int) -> Place:
    return place._replace(start=place.start + by, end=place.end + by)
