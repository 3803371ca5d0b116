"""The first map step, article by article: read, canonical text, blocks, sentences, fingerprint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dataset import sentences as sentence_rules
from dataset.blocks import BODY, Block, structure
from dataset.corpus import Source
from dataset.errors import Rejected
from dataset.labels import Facts
from dataset.readers.text import UnreadableError, read_text
from dataset.reuse import Fingerprint, fingerprint
from dataset.text import canonical


@dataclass(frozen=True)
class Prepared:
    """An article with all that can be told from its text alone."""

    source: Source
    text: str
    text_sha256: str
    bytes_sha256: str
    encoding: str
    normalised: tuple[str, ...]
    blocks: tuple[Block, ...]
    sentences: tuple[tuple[int, int], ...]  # of the body
    fingerprint: Fingerprint

    @property
    def facts(self) -> Facts:
        """What labels are checked against."""
        return Facts(len(self.text), self.text_sha256, self.sentences, self.text)

    @property
    def recorded(self) -> dict[str, object]:
        """What the corpus's manifest keeps of it."""
        return {
            "id": self.source.id,
            "file": self.source.file,
            "text_sha256": self.text_sha256,
            "length": len(self.text),
        }

    @property
    def title(self) -> str | None:
        """The headline's text."""
        return next((self.text[b.start : b.end] for b in self.blocks if b.type == "headline"), None)


def prepare_article(source: Source) -> Prepared | Rejected:
    """Read one article and find its structure; what cannot be used comes back with its reason."""
    try:
        decoded = read_text(source.path)
    except UnreadableError as error:
        return _reject(source, str(error))
    clean = canonical(decoded.text)
    if source.text_sha256 is not None and clean.sha256 != source.text_sha256:
        return _reject(
            source,
            f"changed: manifest.jsonl says that its canonical text has SHA-256 {source.text_sha256[:12]}…;"
            f" restore the text, or, if the change is meant, put its new hash there: {clean.sha256}",
        )
    blocks = structure(clean.text, source.outlet)
    spans = _sentences(clean.text, blocks)
    return Prepared(
        source=source,
        text=clean.text,
        text_sha256=clean.sha256,
        bytes_sha256=decoded.bytes_sha256,
        encoding=decoded.encoding,
        normalised=clean.normalised,
        blocks=tuple(blocks),
        sentences=tuple(spans),
        fingerprint=fingerprint((clean.text[start:end] for start, end in spans), clean.text),
    )


def fingerprint_text(text: str) -> Fingerprint:
    """What a canonical text is compared by, where nothing else is known of it."""
    spans = _sentences(text, structure(text))
    return fingerprint((text[start:end] for start, end in spans), text)


def _sentences(text: str, blocks: Iterable[Block]) -> list[tuple[int, int]]:
    body = (block for block in blocks if block.type in BODY)
    return [span for block in body for span in sentence_rules.split(text, block.start, block.end)]


def _reject(source: Source, reason: str) -> Rejected:
    return Rejected("article", source.id, source.file, None, reason)
