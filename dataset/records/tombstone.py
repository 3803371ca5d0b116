"""``tombstones.jsonl``: what is kept of articles that were taken down."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from dataset.records.fields import is_text
from dataset.records.record import Record, by
from dataset.records.types import Sha256, Text, Version

BITS = 20  # of a fingerprint
Print = Annotated[int, Meta(ge=0, lt=1 << BITS, description="a whole number from 0")]


class Tombstone(Record, frozen=True):
    """An article that was taken down; a line that was written by hand may contain the article's id alone."""

    article_id: Annotated[str, by(is_text, "an article's id")]
    text_sha256: Sha256 | None = None  # of the canonical text
    fingerprints: tuple[Print, ...] | None = ()  # hashes of a few of its word 5-grams; releases have none
    version: Version | None = None  # the first release without it
    date: Text | None = None  # YYYY-MM-DD
    reason: Text | None = None
    folded_sha256: Sha256 | None = None  # of the text in any typography
    fingerprint_version: Annotated[int, Meta(ge=1, description="a whole number from 1")] = 1

    @property
    def prints(self) -> tuple[int, ...]:
        """Fingerprints; empty if there are none."""
        return self.fingerprints or ()
