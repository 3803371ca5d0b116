"""Pre-annotations of the article page, from our rules or from a model's predictions: always marked as such, with their version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotation.studio.convert import to_results
from annotation.studio.wire import Wire
from annotation.suggest import VERSION, read_predictions, suggestions
from dataset.corpus import Corpus
from dataset.prepare import Prepared
from dataset.records.labels import Claim
from dataset.records.rejected import Rejected

Predictions = Mapping[str, Sequence[Mapping[str, Any]]]  # Label Studio's, one per model version, by article id


def from_rules(articles: Iterable[Prepared]) -> Predictions:
    """Quotes and attributed speech as our rules find them."""
    found = {}
    for article in articles:
        claims = [Claim(start=one.span.start, end=one.span.end, claimant=one.claimant) for one in suggestions(article)]
        found[article.source.id] = [_prediction(article, claims, {}, VERSION)]
    return found


def from_file(corpus: Corpus, articles: Iterable[Prepared], path: Path) -> tuple[Predictions, list[Rejected]]:
    """Return the predictions of models from a file, checked as labels are, and the rejected ones."""
    by_id = {article.source.id: article for article in articles}
    predicted, rejected = read_predictions(path, corpus.scheme, {id_: article.facts for id_, article in by_id.items()})
    found: dict[str, list[Wire]] = {}
    for (id_, version), one in predicted.items():
        found.setdefault(id_, []).append(_prediction(by_id[id_], one.claims, one.article_stance, version))
    return found, rejected


def _prediction(article: Prepared, claims: Iterable[Claim], stances: dict[str, str], version: str) -> Wire:
    return {"model_version": version, "result": to_results(article.text, list(claims), stances)}
