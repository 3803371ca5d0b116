"""``corrections.jsonl``: which parts of an old text the corrected one still has, and lines as they were before a correction."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dataset.records.record import Record
from dataset.records.types import Count, Sha256, Text


class Kept(Record, frozen=True, array_like=True):
    """A run of characters that both texts have: as many from ``old`` on as from ``new`` on."""

    old: Count
    new: Count
    length: Count


class Correction(Record, frozen=True, forbid_unknown_fields=False):
    """How an old text became the corrected one, in offsets; contains no text."""

    article_id: Text
    from_sha256: Sha256  # of the old text
    to_sha256: Sha256  # of the corrected text
    lengths: tuple[Count, Count]  # of the old text and the corrected one
    kept: tuple[Kept, ...]  # in order, without overlap; each is a list of old, new and length
    broken: tuple[Count, ...]  # offsets of the old text at which a border would now split a word

    def __post_init__(self) -> None:
        """Check the order of the runs."""
        super().__post_init__()
        ends = [Kept(0, 0, 0), *self.kept, Kept(*self.lengths, 0)]
        if any(a.old + a.length > b.old or a.new + a.length > b.new for a, b in pairwise(ends)):
            raise ValueError("kept: runs in order, without overlap, within both texts are expected")


class Uncorrected(Record, frozen=True):
    """A line of labels or gold as it was before a correction."""

    article_id: Text
    file: Text  # path within the corpus
    line: dict[str, Any]
