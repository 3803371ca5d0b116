"""``corrections.jsonl``: which parts of an old text the corrected one still has, as offsets; read for labels that come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.correction.align import Alignment
from dataset.correction.carry import Row, carry_label
from dataset.files import read_records
from dataset.records.correction import Correction

NAME = "corrections.jsonl"


def correction_of(article: str, old: str, new: str, alignment: Alignment) -> Correction:
    """Return the record of a correction: the hashes of both texts, and how they are aligned."""
    lengths = (alignment.old_length, alignment.new_length)
    return Correction(article, old, new, lengths, alignment.kept, tuple(sorted(alignment.broken)))


@dataclass(frozen=True)
class Corrections:
    """The corrections of a corpus, by article and hash of the old text."""

    known: Mapping[tuple[str, str], tuple[str, Alignment]]

    def steps(self, article: str, old: str, new: str) -> list[tuple[str, Alignment]] | None:
        """Return the corrections that lead from one text to another, one after the other; None if none do, or the text was replaced."""
        found: list[tuple[str, Alignment]] = []
        here = old
        while here != new:
            step = self.known.get((article, here))
            if step is None or step[1].replaced or len(found) > len(self.known):
                return None
            found.append(step)
            here = step[0]
        return found

    def carry(self, article: str, row: Mapping[str, Any], new: str) -> tuple[Row, list[str]] | None:
        """Carry an annotation over to the corrected text; None if no correction leads there, or the text was replaced as a whole."""
        steps = self.steps(article, str(row.get("text_sha256")), new)
        if not steps:
            return None
        carried, touched = dict(row), list[str]()
        for sha256, alignment in steps:
            carried, more = carry_label(carried, alignment, sha256)
            touched += more
        return carried, touched


NONE = Corrections({})


def read_corrections(corpus: Path) -> Corrections:
    """Read ``corrections.jsonl``; lines that cannot be used are skipped, and the labels that they would carry over stay rejected."""
    known = {}
    for _, row in read_records(corpus / NAME, Correction, lambda *_: None):
        alignment = Alignment(*row.lengths, row.kept, frozenset(row.broken))
        known[row.article_id, row.from_sha256] = (row.to_sha256, alignment)
    return Corrections(known)
