"""Gold and the report page about it, made together and under the corpus's lock: the page is never older than its gold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotation.gold import Summary, write_gold
from annotation.report import PAGE, write_report
from dataset.build import read_articles, text_facts, untracked
from dataset.corpus import Corpus, read_corpus
from dataset.correction.unaccepted import naming_unaccepted
from dataset.lock import held
from dataset.prepare import Prepared
from dataset.records.rejected import Rejected


@dataclass(frozen=True)
class Made:
    """Result of ``make_gold``."""

    corpus: Corpus
    articles: list[Prepared]  # empty for a corpus whose texts were not given
    rejected: list[Rejected]  # articles that cannot be used
    gold: Summary
    page: Path


def make_gold(
    path: Path,
    texts: Path | None,
    *,
    replace: bool = False,
    dry_run: bool = False,
    track: Callable[[Iterable[Any], str, int], Iterable[Any]] = untracked,
) -> Made:
    """Write gold, agreement and report page of a corpus.

    Args:
        path: the corpus folder.
        texts: the folder of texts, for a corpus that does not hold them.
        replace: overwrite gold that was edited by hand, or whose labels are gone.
        dry_run: compute, and write nothing.
        track: wraps an iterable to show progress.

    Raises:
        BusyError: another command is at work on the corpus.
        CorpusError: gold cannot be made; see ``write_gold``.
    """
    with held(path, clear=not dry_run):
        corpus = read_corpus(path, texts)
        articles: list[Prepared] = []
        if corpus.external and texts is None:
            facts, rejected = text_facts(corpus, track=track)
        else:
            with naming_unaccepted(corpus, "gold"):
                articles, rejected = read_articles(corpus, track=track)
            facts = {one.source.id: one.facts for one in articles}
        gold = write_gold(corpus, facts, replace=replace, dry_run=dry_run)
        if not dry_run:
            shown = {one.source.id: one.text for one in articles}
            write_report(path / "report", corpus, gold.agreement, gold.rows, gold.annotations, shown)
    return Made(corpus, articles, rejected, gold, path / "report" / PAGE)
