"""``python -m annotation.suggest CORPUS [--texts DIR]``: how the rules do against gold, and against each annotator."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotation.align import MIN_IOU, iou, match
from annotation.suggest.rules import VERSION, Suggestion, suggestions
from dataset.corpus import read_corpus
from dataset.errors import StandpunktError
from dataset.gold import read_gold
from dataset.labels import read_labels
from dataset.prepare import Prepared, prepare_article
from dataset.records.types import Span

Labelled = list[tuple[Span, Span | None]]  # claim and claimant


@dataclass
class Figures:
    """Counts over articles."""

    articles: int = 0
    suggested: int = 0
    gold: int = 0
    matched: int = 0
    claimants: int = 0  # matched claims whose claimant is the labelled one, or is null in both
    rules: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)

    def add(self, found: Sequence[Suggestion], labelled: Labelled) -> None:
        """Count one article."""
        pairs = match([one.span for one in found], [span for span, _ in labelled])
        self.articles += 1
        self.suggested += len(found)
        self.gold += len(labelled)
        self.matched += len(pairs)
        self.claimants += sum(_same(found[i].claimant, labelled[j][1]) for i, j in pairs)
        self.rules.update(one.rule for one in found)
        self.hits.update(found[i].rule for i, _ in pairs)

    def line(self, name: str) -> str:
        """A row of the table: shares in [0, 1]; claimants as a share of the matched claims."""
        precision, recall = _share(self.matched, self.suggested), _share(self.matched, self.gold)
        f1 = _share(2 * self.matched, self.suggested + self.gold)
        right = _share(self.claimants, self.matched)
        numbers = f"{self.articles:>8} {self.suggested:>9} {self.gold:>6}"
        return f"{name:<24} {numbers} {precision:>9.3f} {recall:>6.3f} {f1:>6.3f} {right:>9.3f}"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _same(a: Span | None, b: Span | None) -> bool:
    return a == b if a is None or b is None else iou(a, b) >= MIN_IOU


def measure(corpus: Path, texts: Path | None = None) -> dict[str, Figures]:
    """Compare suggestions with gold by split, and with each annotator's labels.

    Args:
        corpus: a corpus folder.
        texts: where its texts are, if not in it.

    Returns:
        Figures by ``gold SPLIT`` and by ``labels of ANNOTATOR``; claims in blocks that the rules never read count as missed.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    found = read_corpus(corpus, texts)
    ready = {one.source.id: one for one in map(prepare_article, found.sources) if isinstance(one, Prepared)}
    suggested = {id_: suggestions(article) for id_, article in ready.items()}
    figures: dict[str, Figures] = {}
    facts = {id_: article.facts for id_, article in ready.items()}
    for id_, row in read_gold(corpus / "gold.jsonl", found.scheme, facts, found.down)[0].items():
        entry = found.ledger.get(id_)
        name = f"gold {entry.split if entry else 'without split'}"
        labelled = [(claim.span, claim.claimant) for claim in row.claims]
        figures.setdefault(name, Figures()).add(suggested[id_], labelled)
    annotations, _ = read_labels(corpus / "labels", found.scheme, facts, found.down)
    for one in annotations:
        if one.article_id in suggested and one.status == "submitted":
            labelled = [(claim.span, claim.claimant) for claim in one.claims]
            figures.setdefault(f"labels of {one.annotator}", Figures()).add(suggested[one.article_id], labelled)
    return figures


def main(arguments: list[str]) -> int:
    """Print the table; exit status 1 where the corpus cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m annotation.suggest", description="How the rules do against gold.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--rules", action="store_true", help="also each rule's hits")
    options = parser.parse_args(arguments)
    try:
        figures = measure(options.corpus, options.texts)
    except StandpunktError as error:
        print(*(f"suggest: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        return 1
    print(f"{VERSION}, claims matched one to one at IoU >= {MIN_IOU}; claimants: share of matched claims")
    print(f"{'against':<24} articles suggested labels precision recall     F1 claimants")
    for name in sorted(figures):
        print(figures[name].line(name))
        if options.rules:
            for rule, count in sorted(figures[name].rules.items()):
                print(f"    {rule}: {figures[name].hits[rule]} of {count} match")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
