"""What can be counted in a release: the numbers that card, datasheet and manifest all take from one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dataset.agreement import read_agreement
from dataset.blocks import TYPES
from dataset.corpus import Corpus
from dataset.gold import CheckedGold
from dataset.prepare import Prepared
from dataset.records.agreement import Agreement, LayerAlpha
from dataset.records.ledger import LedgerEntry
from dataset.records.release import Part
from dataset.release.licenses import whole_license
from dataset.release.questions import ANSWERS, read_answers
from dataset.release.writer import Row, Rows
from dataset.splits import QUARANTINE, SPLITS


@dataclass(frozen=True)
class Facts:
    """A release in numbers."""

    corpus: Corpus
    rows: Mapping[str, Rows]  # by config
    articles: list[Prepared]  # those in quarantine, too
    entries: list[LedgerEntry]
    gold: Mapping[str, CheckedGold]  # of articles in a split
    rejected: int
    part: Part | None = None  # where not all articles are released

    def of(self, config: str) -> list[Row]:
        """All rows of a config."""
        return [row for split in SPLITS for row in self.rows[config][split]]

    def count(self, config: str, split: str) -> int:
        """Rows of a config in a split."""
        return len(self.rows[config][split])

    @cached_property
    def released(self) -> list[Prepared]:
        """The articles that stand in a split, in order of their ids."""
        ids = {row["id"] for row in self.of("articles")}
        return [article for article in self.articles if article.source.id in ids]

    @property
    def words(self) -> int:
        """White-space separated words of all texts."""
        return sum(len(article.text.split()) for article in self.released)

    @property
    def annotator_kinds(self) -> Counter[str]:
        """Articles by who made their gold: people or models."""
        return Counter(str(row.annotator_kind) for row in self.gold.values())

    @property
    def silver(self) -> bool:
        """Whether the gold rests on models alone."""
        return bool(self.gold) and "human" not in self.annotator_kinds

    @property
    def annotators(self) -> list[str]:
        """Everyone whose labels made gold."""
        return sorted({name for row in self.gold.values() for name in row.annotators})

    @cached_property
    def agreement(self) -> Agreement | None:
        """Return the agreement of the annotators, if ``gold`` computed it for the released gold; else None.

        Raises:
            CorpusError: that file was edited, or a value in it is impossible.
        """
        return read_agreement(self.corpus.path)

    @property
    def alpha(self) -> dict[str, LayerAlpha]:
        """Agreement by layer; empty if there is no report of it."""
        return self.agreement.alpha if self.agreement else {}

    @property
    def quarantined(self) -> list[str]:
        """Articles in no split, because they share text with several."""
        present = {article.source.id for article in self.articles}
        return [entry.article_id for entry in self.entries if entry.split == QUARANTINE and entry.article_id in present]

    @property
    def licenses(self) -> dict[str, int]:
        """Articles by licence."""
        return dict(sorted(Counter(row["license"] for row in self.of("articles")).items()))

    @property
    def text_license(self) -> str:
        """The licence of the texts."""
        return whole_license(self.corpus.license, self.licenses, None)

    @property
    def license(self) -> str:
        """The licence of the whole: the corpus's, every article's and the labels', since whoever takes all of it has to keep them all."""
        return whole_license(self.corpus.license, self.licenses, self.corpus.settings.labels_license)

    @property
    def languages(self) -> list[str]:
        """The languages of the articles, the most frequent first."""
        return [name for name, _ in Counter(row["language"] for row in self.of("articles")).most_common()]

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

    def classes(self, config: str, column: str) -> list[str]:
        """The labels that a gold column may hold, in the scheme's order."""
        scheme = self.corpus.scheme
        if (config, column) == ("sentences", "claim"):
            return ["none", *scheme.kind_ids]
        if column == "label":
            return scheme.stance_ids if config == "stance" else scheme.article_stance_ids
        return {"kind": scheme.kind_ids, "target": scheme.target_ids, "stance": scheme.stance_ids}[column]

    @cached_property
    def answers(self) -> dict[str, str]:
        """What the corpus answers the questions of the datasheet in words."""
        return read_answers(self.corpus.path / ANSWERS)

    @cached_property
    def numbers(self) -> dict[str, object]:
        """The numbers that an answer in words may name, ``{articles}``."""
        months = [month for month in self.months if month != "unknown"]
        return {
            "articles": len(self.of("articles")),
            "words": self.words,
            "sentences": len(self.of("sentences")),
            "claims": len(self.of("claims")),
            "labelled": len(self.gold),
            "annotators": len(self.annotators),
            "targets": len(self.corpus.scheme.targets),
            "questions": len(self.corpus.scheme.questions),
            "kinds": len(self.corpus.scheme.kinds),
            "outlets": sum(name != "unknown" for name in self.outlets),
            "first_month": min(months, default="unknown"),
            "last_month": max(months, default="unknown"),
            "claim_groups": len({row["claim_group"] for row in self.of("claims")} - {None}),
            "clusters": sum(n for size, n in self.clusters.items() if size > 1),
            "clustered": sum(size * n for size, n in self.clusters.items() if size > 1),
            "rejected": self.rejected,
            "quarantined": len(self.quarantined),
            "version": self.corpus.version,
            "scheme_version": self.corpus.scheme.version,
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
        done = Counter(step for article in self.released for step in article.normalised)
        done.update(f"from {a.encoding}" for a in self.released if a.encoding != "utf-8")
        return dict(sorted(done.items()))
