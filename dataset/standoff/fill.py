"""Rows of a stand-off release with the text put back in, span by span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from dataset.records.standoff import HydratedSpan
from dataset.release.writer import Row
from dataset.schema import CONFIGS, article_column
from dataset.splits import SPLITS
from dataset.standoff.copies import EXACT, MISSING, Found
from dataset.standoff.letters import Span
from dataset.standoff.quoting import with_quotes
from dataset.standoff.strip import All

# What is counted and listed; a stance row has its claim's span.
PARTS = ("sentence", "claim", "claimant", "context", "vote")


@dataclass
class Filled:
    """Rows with text, and what became of every span."""

    rows: All
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {part: Counter() for part in PARTS})
    listed: list[HydratedSpan] = field(default_factory=list)  # every span that does not stand where it stood


def fill_rows(bare: Mapping[str, Mapping[str, list[Row]]], found: Mapping[str, Found]) -> Filled:
    """Put text into the rows of a stand-off release.

    A row stands where its span and its claimant were found; a context or a vote's span that was not found is null. What is
    missing is left out and listed.

    Args:
        bare: rows without text.
        found: the copies, by article id.
    """
    filled = Filled({name: {split: [] for split in SPLITS} for name in CONFIGS})
    for split in SPLITS:
        claims: dict[str, Row] = {}
        for name in ("articles", "claims", "sentences", "stance", "article_stance"):
            for row in bare[name][split]:
                id_ = row[article_column(name)]
                new = _Filler(filled, found.get(id_)).fill(name, row, claims)
                if new is None:
                    continue
                if name == "claims":
                    claims[row["id"]] = new
                filled.rows[name][split].append(new)
    return filled


@dataclass(frozen=True)
class _Filler:
    """The rows of one article."""

    filled: Filled
    found: Found | None

    def fill(self, config: str, row: Row, claims: Mapping[str, Row]) -> Row | None:
        """One row with its text; None where it does not stand."""
        if config == "articles":
            return self._article(row)
        if config == "article_stance":
            return {**row, "reason": self._quoted(row["reason"])} if self.found else None
        if config == "sentences":
            span = self._count("sentence", row, (row["start"], row["end"]))
            ids = [id_ for id_ in row["claim_ids"] if id_ in claims]
            return {**row, **_offsets("", span), "text": self._read(span), "claim_ids": ids} if span else None
        if config == "claims":
            return self._claim(row)
        context = self._count("context", row, (row["context_start"], row["context_end"]))
        claim = claims.get(row["claim_id"])
        if claim is None:
            return None
        return {
            **row,
            **{column: claim[column] for column in ("start", "end", "text", "claimant", "actor")},
            **_offsets("context_", context),
            "context": self._read(context),
        }

    def _article(self, row: Row) -> Row | None:
        if self.found is None:
            return None
        text = self.found.copy.text
        blocks = row["blocks"] if self.found.aligned is None else self._blocks(row["blocks"])
        title = next((self._find((b["start"], b["end"])) for b in row["blocks"] if b["type"] == "headline"), None)
        return {
            **row,
            "text": text,
            "title": self._read(title),
            "text_sha256": self.found.copy.text_sha256,
            "blocks": blocks,
        }

    def _blocks(self, blocks: list[Row]) -> list[Row]:
        """The article's blocks in the copy, in parts where something stands between; what the copy alone has is noise."""
        aligned = self.found.aligned if self.found else None
        if aligned is None:
            return blocks
        spans = [(part, block["type"]) for block in blocks for part in aligned.parts((block["start"], block["end"]))]
        spans += [(addition, "noise") for addition in aligned.additions()]
        return [{**_offsets("", span), "type": type_} for span, type_ in sorted(spans)]

    def _claim(self, row: Row) -> Row | None:
        span = self._count("claim", row, (row["start"], row["end"]))
        named = row["claimant_start"] is not None
        claimant = self._count("claimant", row, (row["claimant_start"], row["claimant_end"])) if named else None
        votes = []
        for vote in row["votes"]:
            votes.append({**vote, **_offsets("", self._count("vote", row, (vote["start"], vote["end"])))})
        if span is None or (named and claimant is None):
            return None
        return {
            **row,
            **_offsets("", span),
            "text": self._read(span),
            **_offsets("claimant_", claimant),
            "claimant": self._read(claimant),
            "actor": self._quoted(row["actor"]),
            "reason": self._quoted(row["reason"]),
            "votes": votes,
        }

    def _count(self, part: str, row: Row, span: Span) -> Span | None:
        """Find a span, count it, and list it where it does not stand where it stood."""
        new = self._find(span)
        status = self.found.status if self.found and new else MISSING
        self.filled.counts[part][status] += 1
        if status != EXACT:
            start, end = new or (None, None)
            line = HydratedSpan(row["article_id"], part, row["id"], status, *span, start, end)
            self.filled.listed.append(line)
        return new

    def _find(self, span: Span) -> Span | None:
        if self.found is None or self.found.aligned is None:
            return span if self.found else None
        return self.found.aligned.find(span)

    def _read(self, span: Span | None) -> str | None:
        return self.found.copy.text[slice(*span)] if span and self.found else None

    def _quoted(self, said: str | None) -> str | None:
        return said and with_quotes(said, lambda span: self._read(self._find(span)))


def _offsets(prefix: str, span: Span | None) -> dict[str, int | None]:
    start, end = span or (None, None)
    return {f"{prefix}start": start, f"{prefix}end": end}
