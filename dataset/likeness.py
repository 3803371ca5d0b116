"""Fingerprints that texts are compared by: of the folded form, and the older one for texts frozen before the folded form existed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dataset import sentences as sentence_rules
from dataset.blocks import BODY, Block, structure
from dataset.fold import bare
from dataset.reuse import Fingerprint, fingerprint

Span = tuple[int, int]


@dataclass(frozen=True)
class Likeness:
    """A canonical text and its fingerprints."""

    text: str
    fingerprint: Fingerprint
    unfolded: Fingerprint  # its sentences and grams are those of version 1, which older tombstones hold


def likeness_of(text: str, outlet: str | None = None, spans: Iterable[Span] | None = None) -> Likeness:
    """Find out what a canonical text is compared by.

    Args:
        text: canonical text.
        outlet: its outlet's name where known.
        spans: its body sentences, where they were found already.
    """
    spans = body_sentences(text, structure(text, outlet)) if spans is None else list(spans)
    plain = bare(text)
    if plain == text:
        print_ = fingerprint((text[start:end] for start, end in spans), text)
        return Likeness(text, print_, print_)
    # Blocks and sentences are found again: what hides words hides the ends of sentences, too.
    found = body_sentences(plain, structure(plain, outlet))
    return Likeness(
        text,
        fingerprint((plain[start:end] for start, end in found), plain),
        fingerprint((text[start:end] for start, end in spans), text, version=1),
    )


def body_sentences(text: str, blocks: Iterable[Block]) -> list[Span]:
    """The sentences of a text's body, in order."""
    body = (block for block in blocks if block.type in BODY)
    return [span for block in body for span in sentence_rules.split(text, block.start, block.end)]
