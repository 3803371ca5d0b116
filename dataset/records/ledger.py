"""``ledger.jsonl``: the split of every article that was ever released."""

from __future__ import annotations

from typing import Literal

from dataset.records.record import Record
from dataset.records.types import ArticleId, Text, Version

HASHED = "sha256:"  # begins the id of an article that was taken down
LedgerSplit = Literal["train", "validation", "test", "quarantine"]


class LedgerEntry(Record, frozen=True):
    """An article and its split, which never changes; the file is append-only."""

    article_id: ArticleId  # a takedown replaces it by "sha256:" and its hash
    split: LedgerSplit  # of an article in quarantine no release has rows
    cluster_id: Text  # articles that share text, when this one was first released
    since_version: Version  # the first release with the article
