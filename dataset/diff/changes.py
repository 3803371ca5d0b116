"""A typed change between two releases, and what a list of them amounts to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# What a change asks of the version number, from the least to the most. What is not known to be less is major.
PATCH, MINOR, MAJOR = LEVELS = ("patch", "minor", "major")

# Every type of change, with what it means.
TYPES = {
    "release_changed": "what the manifest says of the whole release",
    "scheme_changed": "version or content of the scheme; what became of its labels stands on its own",
    "label_added": "a label that the scheme did not have",
    "label_removed": "a label that the scheme has no more (renamed: removed and added)",
    "labels_renumbered": "labels that stay have other numbers in the ClassLabel",
    "question_changed": "other words for the question of a target",
    "column_added": "a column that the older release lacks",
    "column_removed": "a column that the newer release lacks",
    "column_changed": "a column of another type; its values are not compared",
    "article_added": "an article with all its rows",
    "article_removed": "an article with all its rows, for no reason that the release gives",
    "article_taken_down": "an article with all its rows; the release has its tombstone",
    "text_fixed": "the text of an article",
    "block_changed": "blocks of an article",
    "split_changed": "the split of an article, and so of all its rows",
    "metadata_changed": "outlet, licence, date and such of an article",
    "row_added": "a row of an article that both releases have",
    "row_removed": "a row of an article that both releases have",
    "span_changed": "offsets of a row",
    "text_changed": "a text of a row: text, title, claimant, actor, context",
    "text_filled": "a text of a row, where there was none",
    "label_changed": "a gold label, from one to another, or to none",
    "label_filled": "a gold label, where there was none",
    "votes_added": "votes on a claim; those that were there stand",
    "votes_changed": "votes on a claim that went, or are others now",
    "distribution_changed": "shares of the votes, the label stands",
    "provenance_changed": "who made a label or how, the label stands",
    "claim_ids_changed": "which claims touch a sentence",
    "value_changed": "any other column",
    "ledger_changed": "a line of the ledger that no row tells of",
    "tombstone_added": "a tombstone of an article that the older release did not have",
    "tombstone_removed": "a tombstone that is gone: the article could come back",
    "reuse_changed": "a link between two articles that both releases have",
}


@dataclass(frozen=True)
class Change:
    """One change of one thing."""

    type: str
    level: str
    id: str  # of the row, the article, the label …
    config: str | None = None  # for a row
    article_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The line of ``diff --json`` and of ``diffs/``."""
        place = {"config": self.config, "article_id": self.article_id}
        named = {name: value for name, value in place.items() if value is not None}
        return {"type": self.type, "level": self.level, "id": self.id, **named, **self.details}

    def __str__(self) -> str:
        details = dict(self.details)
        words = [self.type.replace("_", " "), *([self.config] if self.config else []), self.id]
        what = [str(details.pop("field"))] if "field" in details else []
        if "from" in details or "to" in details:
            what.append(f"{_plain(details.pop('from', None))} → {_plain(details.pop('to', None))}")
        what += [f"{name.replace('_', ' ')} {_plain(value)}" for name, value in details.items()]
        return " ".join(words) + (f": {', '.join(what)}" if what else "")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass
class Summary:
    """What changes amount to: how many of each type and level, and the first of each level."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # by level and type
    first: dict[str, list[Change]] = field(default_factory=lambda: {level: [] for level in LEVELS})

    def add(self, change: Change) -> None:
        """Count one in."""
        self.counts[change.level, change.type] += 1
        if len(self.first[change.level]) < 3:
            self.first[change.level].append(change)

    @property
    def total(self) -> int:
        """All changes."""
        return self.counts.total()

    @property
    def level(self) -> str | None:
        """The highest level there is; None where nothing changed."""
        return max((level for level, _ in self.counts), key=LEVELS.index, default=None)

    def rows(self) -> list[tuple[str, str, int]]:
        """Level, type and number, the highest level first, types in their order."""
        order = list(TYPES)
        found = sorted(self.counts.items(), key=lambda item: (-LEVELS.index(item[0][0]), order.index(item[0][1])))
        return [(level, type_, number) for (level, type_), number in found]

    def reasons(self) -> str:
        """In a few words: the first changes of the highest level, and how many more there are."""
        if self.level is None:
            return "nothing changed"
        shown = self.first[self.level]
        number = sum(n for (level, _), n in self.counts.items() if level == self.level)
        more = f"; and {number - len(shown)} more" if number > len(shown) else ""
        return "; ".join(_short(change) for change in shown) + more


def _short(change: Change) -> str:
    kept = {name: value for name, value in change.details.items() if name in ("field", "from", "to")}
    return str(Change(change.type, change.level, change.id, change.config, None, kept))


def summarise(changes: Iterable[Change]) -> Summary:
    """Count changes."""
    summary = Summary()
    for change in changes:
        summary.add(change)
    return summary
