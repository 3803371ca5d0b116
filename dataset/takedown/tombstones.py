"""Tombstones: what is kept of an article that was taken down, so that neither it nor a near copy of it comes back.

A tombstone is a line of ``tombstones.jsonl``. Its fingerprints are hashes of word 5-grams of the body, so few and so short that many
texts have them: they tell whether a text that is there is nearly the one that was taken down, and no text can be made from them. The
thresholds were measured on the sample corpus, see ``docs/decisions.md``. Texts are compared in their folded form; with fingerprints that
were made before there was one, also as they are written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from pathlib import Path

from dataset.diff.versions import parse_version
from dataset.errors import CorpusError
from dataset.files import read_records, sha256_bytes
from dataset.fold import VERSION, bare, folded_sha256
from dataset.likeness import Likeness
from dataset.records.ledger import HASHED
from dataset.records.tombstone import BITS, Tombstone
from dataset.reuse import MIN_SHARED_GRAMS, Fingerprint, fingerprint

PRINTS = 64
# Of a tombstone's fingerprints: partial reprints share up to .56, near copies .80 and more.
NEAR = 0.60
_NOTHING = "nothing is released"


def hashed(article_id: str) -> str:
    """What the ledger calls an article that was taken down."""
    return HASHED + sha256_bytes(article_id.encode())


def read_tombstones(path: Path, known: Container[str] | None = None) -> dict[str, Tombstone]:
    """Read ``tombstones.jsonl``; by article id.

    Args:
        path: the file.
        known: the ids of corpus and ledger; a tombstone that names none of them would leave something standing.

    Raises:
        CorpusError: a line is broken, or names an article that is not known; names line and field.
    """
    found: dict[str, Tombstone] = {}
    # A misspelt field would let the text come back.
    for number, stone in read_records(path, Tombstone, advice=f"restore or fix it; {_NOTHING}"):
        id_, problem = stone.article_id, None
        if stone.fingerprint_version > VERSION:
            problem = f"fingerprint_version: a number from 1 to {VERSION} is expected"
        elif known is not None and id_ not in known and hashed(id_) not in known:
            problem = f"article_id: no article {id_[:60]!r} in corpus or ledger"
        elif found.setdefault(id_, stone) != stone:
            problem = f"article_id: {id_[:60]!r} has another line: keep one"
        if problem:
            raise CorpusError(f"{path}:{number}: {problem}; {_NOTHING}")
    return found


def refuse_unfinished(corpus: Path, version: str, tombstones: Iterable[Tombstone], ledger: Container[str]) -> None:
    """A takedown writes its tombstone first, then the corpus's version, and the article's line in the ledger last.

    Raises:
        CorpusError: one was stopped in between.
    """
    for stone in tombstones:
        # One that was written by hand, without a version, is a takedown as well.
        if stone.version is not None and (
            stone.article_id in ledger or parse_version(stone.version) > parse_version(version)
        ):
            raise CorpusError(
                f"{corpus}: the takedown of {stone.article_id} (version {stone.version}) was stopped before it was done:"
                f" repeat standpunkt takedown {corpus} {stone.article_id} --reason …; nothing is released"
            )


def sampled(print_: Fingerprint) -> tuple[int, ...]:
    """At most 64 short hashes of an article, in an order that says nothing of their places in it."""
    # The lowest hashes are the same choice in every text; other bits of them are kept than those that chose.
    return tuple(sorted({_short(gram) for gram in print_.grams[:PRINTS]}))


def _short(gram: int) -> int:
    return gram >> 8 & (1 << BITS) - 1


class Graveyard:
    """All tombstones that a text has to be compared with."""

    def __init__(self, tombstones: Iterable[Tombstone]) -> None:
        self._stones = list(tombstones)
        self._by_text = {stone.text_sha256: stone for stone in self._stones if stone.text_sha256}
        self._by_folded = {stone.folded_sha256: stone for stone in self._stones if stone.folded_sha256}
        self._holders: dict[int, list[int]] = defaultdict(list)
        for number, stone in enumerate(self._stones):
            for one in stone.prints:
                self._holders[one].append(number)

    def __bool__(self) -> bool:
        return bool(self._stones)

    def same(self, text_sha256: str | None, text: str | None = None, folded: str | None = None) -> Tombstone | None:
        """Return the tombstone of this very text; with the text itself, or its ``folded_sha256``, of this text in any typography."""
        stone = self._by_text.get(text_sha256) if text_sha256 else None
        if stone is None and folded is None and text and self._by_folded:
            folded = folded_sha256(text)
        return stone or (self._by_folded.get(folded) if folded else None)

    def near(self, like: Likeness) -> tuple[Tombstone, float] | None:
        """The tombstone of which a text holds most, with the share of its fingerprints; None where that is no near copy."""
        if not self._holders:
            return None
        # Of lines that were wrapped by hand some are not seen to be body: all words of the text are looked through, too.
        hits = self._hits(like.fingerprint, fingerprint((), bare(like.text)))
        if like.unfolded is not like.fingerprint:
            for number, count in self._hits(like.unfolded).items():
                if self._stones[number].fingerprint_version == 1:
                    hits[number] = max(hits[number], count)
        near = [
            (hits[number] / len(self._stones[number].prints), number)
            for number in hits
            if hits[number] >= max(MIN_SHARED_GRAMS, NEAR * len(self._stones[number].prints))
        ]
        if not near:
            return None
        share, number = max(near)
        return self._stones[number], share

    def _hits(self, *prints: Fingerprint) -> Counter[int]:
        grams = {_short(gram) for one in prints for gram in one.grams}
        return Counter(number for gram in grams for number in self._holders.get(gram, ()))

    def why_not(self, text_sha256: str, like: Likeness, *, held: bool = False) -> str | None:
        """Why a text cannot come in; None where nothing like it was taken down.

        Args:
            text_sha256: of the canonical text.
            like: what the text is compared by.
            held: whether it is an article that was released: only a takedown of its own takes it out, and a near copy may have its right.
        """
        stone = self.same(text_sha256, like.text)
        if stone is not None:
            what = "take it down as well" if held else "it cannot come back; remove the file"
            return f"the text of {_named(stone)}: {what}"
        found = None if held else self.near(like)
        if found is None:
            return None
        stone, share = found
        return (
            f"nearly the text of {_named(stone)}: {share:.0%} of its fingerprints; it cannot come back, remove the file"
        )


def _named(stone: Tombstone) -> str:
    since = f" on {stone.date}" if stone.date else ""
    return f"{stone.article_id}, which was taken down{since} (tombstones.jsonl)"
