"""What can be counted in a release: the numbers that card, datasheet and manifest all take from one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dataset.blocks import TYPES
from dataset.corpus import Corpus
from dataset.files import sha256_file
from dataset.gold import read_report
from dataset.prepare import Prepared
from dataset.release.writer import Rows
from dataset.splits import QUARANTINE, SPLITS, Entry


@dataclass(frozen=True)
class Part:
    """What a release is a part of."""

    of: str  # the corpus
    licenses: tuple[str, ...]  # that its articles are under
    articles: int  # of the whole

    def to_json(self) -> dict[str, Any]:
        """As the head of the manifest says it."""
        return {"of": self.of, "licenses": list(self.licenses), "articles": self.articles}


@dataclass(frozen=True)
class Facts:
    """A release in numbers."""

    corpus: Corpus
    rows: Mapping[str, Rows]  # by config
    articles: list[Prepared]
    entries: list[Entry]
    gold: Mapping[str, Mapping[str, Any]]
    rejected: int
    part: Part | None = None  # where not all articles are released

    def of(self, config: str) -> list[dict[str, Any]]:
        """All rows of a config."""
        return [row for split in SPLITS for row in self.rows[config][split]]

    def count(self, config: str, split: str) -> int:
        """Rows of a config in a split."""
        return len(self.rows[config][split])

    @property
    def words(self) -> int:
        """White-space separated words of all texts."""
        return sum(len(row["text"].split()) for row in self.of("articles"))

    @property
    def annotator_kinds(self) -> Counter[str]:
        """Articles by who made their gold: people or models."""
        return Counter(str(row["annotator_kind"]) for row in self.gold.values())

    @property
    def silver(self) -> bool:
        """Whether the gold rests on models alone."""
        return bool(self.gold) and "human" not in self.annotator_kinds

    @property
    def annotators(self) -> list[str]:
        """Everyone whose labels made gold."""
        return sorted({name for row in self.gold.values() for name in row["annotators"]})

    @cached_property
    def agreement(self) -> dict[str, Any]:
        """How well the annotators agree, from the file that ``gold`` wrote about the very gold that is released; else empty."""
        path = self.corpus.path
        report = read_report(path / "agreement.json")
        gold = path / "gold.jsonl"
        if not gold.exists() or report.get("gold_sha256") != sha256_file(gold):
            return {}
        return report

    @property
    def quarantined(self) -> list[str]:
        """Articles in no split, because they share text with several."""
        present = {article.source.id for article in self.articles}
        return [entry.article_id for entry in self.entries if entry.split == QUARANTINE and entry.article_id in present]

    @property
    def clusters(self) -> Counter[int]:
        """Reuse clusters by size."""
        return Counter(Counter(row["cluster_id"] for row in self.of("articles")).values())

    def labels(self, config: str, column: str) -> dict[str, Counter[str]]:
        """How often each label of a column stands in each split; "null" where it is open."""
        return {
            split: Counter("null" if row[column] is None else str(row[column]) for row in self.rows[config][split])
            for split in SPLITS
        }

    @property
    def blocks(self) -> dict[str, int]:
        """Blocks by type, in the order of the types."""
        counts = Counter(block["type"] for row in self.of("articles") for block in row["blocks"])
        return {name: counts[name] for name in TYPES if counts[name]}

    @property
    def outlets(self) -> dict[str, int]:
        """Articles by outlet; "unknown" where the text names none."""
        return dict(sorted(Counter(row["outlet"] or "unknown" for row in self.of("articles")).items()))

    @property
    def months(self) -> dict[str, int]:
        """Articles by month."""
        return dict(sorted(Counter((row["published"] or "unknown")[:7] for row in self.of("articles")).items()))

    @property
    def normalised(self) -> dict[str, int]:
        """Articles by what canonical text changed in them, and by encoding where it was not UTF-8."""
        done = Counter(step for article in self.articles for step in article.normalised)
        done.update(f"from {a.encoding}" for a in self.articles if a.encoding != "utf-8")
        return dict(sorted(done.items()))
