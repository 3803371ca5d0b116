"""The anchors of an article: what a release without text contains so that its spans can be found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from dataset.records.record import convert
from dataset.records.standoff import VERSION, AnchorLine
from dataset.standoff.checks import Check, checks_of
from dataset.standoff.letters import Lettered, Place, Span


@dataclass(frozen=True)
class Anchors:
    """Lengths, offsets, a hash of the whole, and check values of its sentences."""

    article_id: str
    letters_sha256: str
    units: tuple[int, ...]  # letters of each sentence
    places: dict[Span, Place]  # of every span that a row names
    checks: tuple[Check, ...] = ()

    def to_line(self) -> AnchorLine:
        """Return the line of ``anchors.jsonl``."""
        return AnchorLine(
            article_id=self.article_id,
            letters_sha256=self.letters_sha256,
            units=self.units,
            checks=tuple((check.end - check.start, check.value) for check in self.checks),
            spans=tuple((*span, *map(int, place)) for span, place in sorted(self.places.items())),
        )

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> Anchors:
        """Read the line of ``anchors.jsonl``, also of version 1.

        Raises:
            ValueError: it is none.
        """
        if row.get("version", VERSION) != VERSION:
            raise ValueError(f"anchors of version {row['version']!r}: only versions up to {VERSION} are known here")
        line = convert(row, AnchorLine)
        places = {
            (start, end): Place(first, last, bool(lead), bool(trail))
            for start, end, first, last, lead, trail in line.spans
        }
        bounds = accumulate((letters for letters, _ in line.checks), initial=0)
        checks = tuple(Check(a, b, value) for (a, b), (_, value) in zip(pairwise(bounds), line.checks, strict=True))
        return cls(line.article_id, line.letters_sha256, line.units, places, checks)


def anchors_of(article_id: str, text: str, spans: Iterable[Span]) -> Anchors:
    """The anchors of an article.

    Args:
        article_id: its id.
        text: canonical text.
        spans: every span that has to be found again.
    """
    lettered = Lettered(text)
    places = {span: lettered.place(span) for span in spans}
    return Anchors(article_id, lettered.sha256, tuple(lettered.units), places, checks_of(article_id, lettered))
