"""The whole of an article: its blocks in order, and suggestions without overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from annotation.suggest.frames import LABEL, Reader
from dataset.blocks import BODY, Block
from dataset.prepare import Prepared
from dataset.records.types import Span

VERSION = "rules-1.0.0"


@dataclass(frozen=True)
class Suggestion:
    """A stretch of text that looks like a claim."""

    span: Span  # half-open code points of the canonical text, inside one body block
    claimant: Span | None  # the mention of who claims it; null where the rules are not sure
    rule: str  # which rule found it: quote, verb, source, object, colon or subjunctive


def suggestions(article: Prepared) -> list[Suggestion]:
    """Find what looks like claims in the body of an article.

    Args:
        article: with its blocks and sentences; any text will do.

    Returns:
        Suggestions in order of place, spans without overlap, each inside one lead or paragraph. Time is linear in the text's length.
    """
    bodies = [block for block in article.blocks if block.type in BODY]
    lines = {block: before for before, block in _line_starts(article)}
    labelled = [(match[1], block) for block in bodies if (match := LABEL.match(article.text, lines[block], block.end))]
    counts = Counter(label for label, _ in labelled)
    asking = Counter(label for label, block in labelled if article.text[block.end - 1] == "?")
    voices = {label: 2 * asking[label] < count for label, count in counts.items() if count >= 2}
    reader = Reader(article.text, voices)
    starts = [start for start, _ in article.sentences]
    for block in bodies:
        inside = article.sentences[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        reader.read_block(block, inside, lines[block])
    kept: list[Suggestion] = []
    for one in sorted(reader.found, key=lambda found: (found.span.start, -found.span.end)):
        if not kept or kept[-1].span.end <= one.span.start:
            kept.append(Suggestion(one.span, one.claimant, one.rule))
    return kept


def _line_starts(article: Prepared) -> Iterator[tuple[int, Block]]:
    """Each body block with where reading begins: in the dateline before it, if that names a voice and no place."""
    before: Block | None = None
    for block in article.blocks:
        if block.type in BODY:
            start = block.start
            if (
                before is not None
                and before.type == "dateline"
                and not article.text[before.end : start].strip(" \u00a0")
            ):
                named = article.text[start].islower() or article.text[before.end - 1] == ":"
                start = before.start if named else start
            yield start, block
        before = block
