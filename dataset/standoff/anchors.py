"""The anchors of an article: what a release without text contains so that its spans can be found again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeGuard

from dataset.standoff.checks import BITS, Check, checks_of
from dataset.standoff.letters import Lettered, Place, Span

VERSION = 2  # lines of version 1 have neither a number nor check values


@dataclass(frozen=True)
class Anchors:
    """Lengths, offsets, a hash of the whole, and check values of its sentences."""

    article_id: str
    letters_sha256: str
    units: tuple[int, ...]  # letters of each sentence
    places: dict[Span, Place]  # of every span that a row names
    checks: tuple[Check, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The line of ``anchors.jsonl``."""
        return {
            "article_id": self.article_id,
            "version": VERSION,
            "letters_sha256": self.letters_sha256,
            "units": list(self.units),
            "checks": [[check.end - check.start, check.value] for check in self.checks],
            "spans": [[*span, *map(int, place)] for span, place in sorted(self.places.items())],
        }

    @classmethod
    def from_json(cls, row: dict[str, object]) -> Anchors:
        """Read the line of ``anchors.jsonl``, also of version 1.

        Raises:
            ValueError: it is invalid.
        """
        if row.get("version", VERSION) != VERSION:
            raise ValueError(f"anchors of version {row['version']!r}: only versions up to {VERSION} are known here")
        id_, hash_, units, spans = (row.get(name) for name in ("article_id", "letters_sha256", "units", "spans"))
        if not isinstance(id_, str) or not isinstance(hash_, str) or not _numbers(units) or not isinstance(spans, list):
            raise ValueError("article_id, letters_sha256, units and spans are expected")
        places = {}
        for span in spans:
            if not _numbers(span) or len(span) != 6 or not span[2] <= span[3] <= sum(units):
                raise ValueError("spans: start, end, their places in letters and two marks are expected")
            places[span[0], span[1]] = Place(span[2], span[3], bool(span[4]), bool(span[5]))
        return cls(id_, hash_, tuple(units), places, _checks(row.get("checks", []), sum(units)))


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


def _checks(value: object, total: int) -> tuple[Check, ...]:
    """The check values, which together cover all letters or none."""
    if value == []:
        return ()
    if not isinstance(value, list) or not all(_numbers(one) and len(one) == 2 for one in value):
        raise ValueError("checks: a list of letters and check value is expected")
    bounds = list(accumulate((letters for letters, _ in value), initial=0))
    if bounds[-1] != total or not all(letters and check < 1 << BITS for letters, check in value):
        raise ValueError(f"checks: values of {BITS} bits that cover the {total} letters of the article are expected")
    return tuple(Check(bounds[i], bounds[i + 1], check) for i, (_, check) in enumerate(value))


def _numbers(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(one) is int and one >= 0 for one in value)
