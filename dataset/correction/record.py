"""``corrections.jsonl``: which parts of an old text the corrected one still has, as offsets; read for labels that come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeGuard

from dataset.correction.align import Alignment, Kept
from dataset.correction.carry import carry_label
from dataset.files import read_jsonl

NAME = "corrections.jsonl"


def dump_alignment(article: str, old: str, new: str, alignment: Alignment) -> dict[str, Any]:
    """Return the line of a correction."""
    return {
        "article_id": article,
        "from_sha256": old,
        "to_sha256": new,
        "lengths": [alignment.old_length, alignment.new_length],
        "kept": [[run.old, run.new, run.length] for run in alignment.kept],
        "broken": sorted(alignment.broken),
    }


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

    def carry(self, article: str, row: Mapping[str, Any], new: str) -> tuple[dict[str, Any], list[str]] | None:
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
    for _, row in read_jsonl(corpus / NAME, lambda *_: None):
        alignment = _alignment(row)
        names = [row.get(key) for key in ("article_id", "from_sha256", "to_sha256")]
        if alignment is not None and all(isinstance(name, str) for name in names):
            known[str(names[0]), str(names[1])] = (str(names[2]), alignment)
    return Corrections(known)


def _alignment(row: Mapping[str, Any]) -> Alignment | None:
    lengths, kept, broken = row.get("lengths"), row.get("kept"), row.get("broken")
    if not _counts(lengths, 2) or not _counts(broken, None) or not isinstance(kept, list):
        return None
    if not all(_counts(run, 3) for run in kept):
        return None
    runs = tuple(Kept(*run) for run in kept)
    ends = [Kept(0, 0, 0), *runs, Kept(lengths[0], lengths[1], 0)]
    ordered = all(a.old + a.length <= b.old and a.new + a.length <= b.new for a, b in pairwise(ends))
    return Alignment(lengths[0], lengths[1], runs, frozenset(broken)) if ordered else None


def _counts(value: Any, number: int | None) -> TypeGuard[list[int]]:
    """Return whether this is a list of so many whole numbers from 0."""
    return (
        isinstance(value, list)
        and (number is None or len(value) == number)
        and all(type(one) is int and one >= 0 for one in value)
    )
