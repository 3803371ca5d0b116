"""Records of a release without text, and of one that was hydrated: ``anchors.jsonl`` and ``hydration.jsonl``."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from dataset.records.record import Record
from dataset.records.types import Count, Offset, Text

VERSION = 2  # lines of version 1 have neither a number nor check values
BITS = 20  # of a check value

Numbers = Annotated[tuple[Count, ...], Meta(description="a list of whole numbers")]


class AnchorLine(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A line of ``anchors.jsonl``: lengths, offsets and hashes by which the spans of an article are found in a copy."""

    article_id: Text  # of the release
    version: int = VERSION  # of the line
    letters_sha256: Text  # of all letters of the text
    units: Numbers  # letters of each sentence
    checks: tuple[Numbers, ...] = ()  # letters and check value of each stretch; together all letters or none
    spans: tuple[Numbers, ...]  # start, end, both in letters, and if the span begins and ends with a mark

    def __post_init__(self) -> None:
        """Check that spans and check values are whole, and fit the number of letters."""
        super().__post_init__()
        total = sum(self.units)
        if not all(len(span) == 6 and span[2] <= span[3] <= total for span in self.spans):
            raise ValueError("spans: start, end, their places in letters and two marks are expected")
        if not all(len(check) == 2 and check[0] and check[1] < 1 << BITS for check in self.checks):
            raise ValueError(f"checks: numbers of letters and values of {BITS} bits are expected")
        if self.checks and sum(check[0] for check in self.checks) != total:
            raise ValueError(f"checks: values that cover the {total} letters of the article are expected")


class HydratedArticle(Record, frozen=True):
    """A line of ``hydration.jsonl`` about an article: the copy that its text was taken from."""

    article_id: Text  # of the release
    status: Text  # exact, re-anchored or missing
    file: Text | None  # the copy
    text_sha256: Text | None  # of the copy's canonical text


class HydratedSpan(Record, frozen=True):
    """A line of ``hydration.jsonl`` about a span whose offsets changed, or that is missing."""

    article_id: Text  # of the release
    part: Text  # claim, claimant, vote, ...
    id: Text  # of its row
    status: Text  # re-anchored or missing
    start: Offset  # in the labelled text
    end: Offset  # in the labelled text
    new_start: Offset | None  # in the copy
    new_end: Offset | None  # in the copy
