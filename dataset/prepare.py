"""The first map step, article by article: read, canonical text, blocks, sentences, fingerprint."""

from __future__ import annotations

from dataclasses import dataclass

from dataset.blocks import Block, structure
from dataset.labels import Facts
from dataset.likeness import Likeness, body_sentences, likeness_of
from dataset.listing import Source
from dataset.readers.text import UnreadableError, read_text
from dataset.records.articles import Article
from dataset.records.rejected import Rejected
from dataset.reuse import Fingerprint
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
    likeness: Likeness

    @property
    def fingerprint(self) -> Fingerprint:
        """Fingerprint that reuse is found by."""
        return self.likeness.fingerprint

    @property
    def facts(self) -> Facts:
        """What labels are checked against."""
        return Facts(len(self.text), self.text_sha256, self.sentences, self.text)

    @property
    def recorded(self) -> Article:
        """What the corpus's manifest keeps of it."""
        return Article(self.source.id, self.source.file, text_sha256=self.text_sha256, length=len(self.text))

    @property
    def title(self) -> str | None:
        """The headline's text."""
        return next((self.text[b.start : b.end] for b in self.blocks if b.type == "headline"), None)


def prepare_article(source: Source) -> Prepared | Rejected:
    """Read one article and find its structure; what cannot be used comes back with its reason."""
    try:
        decoded = read_text(source.path, inside=source.root)
    except UnreadableError as error:
        return _reject(source, str(error))
    clean = canonical(decoded.text)
    if source.text_sha256 is not None and clean.sha256 != source.text_sha256:
        return _reject(
            source,
            f"changed: manifest.jsonl says that its canonical text has SHA-256 {source.text_sha256[:12]}…;"
            f" restore the text, or, if the change is meant, build with --accept-correction {source.id}",
        )
    blocks = structure(clean.text, source.outlet)
    spans = body_sentences(clean.text, blocks)
    return Prepared(
        source=source,
        text=clean.text,
        text_sha256=clean.sha256,
        bytes_sha256=decoded.bytes_sha256,
        encoding=decoded.encoding,
        normalised=clean.normalised,
        blocks=tuple(blocks),
        sentences=tuple(spans),
        likeness=likeness_of(clean.text, source.outlet, spans),
    )


def _reject(source: Source, reason: str) -> Rejected:
    return Rejected("article", source.id, source.file, None, reason)
