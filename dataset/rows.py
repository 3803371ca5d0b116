"""The last map step: the rows of the five configs, from one article, its gold and its place in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dataset.blocks import Block
from dataset.gold import CheckedGold
from dataset.prepare import Prepared
from dataset.records.gold import ArticleStance, GoldClaim
from dataset.records.record import plain
from dataset.records.types import Span
from dataset.scheme import Scheme

Row = dict[str, Any]
NO_CLAIM = "none"  # the label of a sentence that no claim touches


def rows_of(article: Prepared, cluster_id: str, gold: CheckedGold | None, scheme: Scheme) -> dict[str, list[Row]]:
    """All rows of one article, by config.

    Args:
        article: its text and structure.
        cluster_id: the reuse cluster it belongs to.
        gold: its line of ``gold.jsonl``; None if the article is not labelled.
        scheme: questions and labels.
    """
    source = article.source
    claims = sorted(gold.claims, key=lambda claim: (claim.start, claim.end, claim.id)) if gold else []
    kind = gold.annotator_kind if gold else None
    return {
        "articles": [
            {
                "id": source.id,
                "text": article.text,
                "title": article.title,
                "outlet": source.outlet,
                "url": source.url,
                "published": source.published,
                "language": source.language,
                "agencies": list(source.agencies),
                "license": source.license,
                "rights_holder": source.rights_holder,
                "source_file": source.file,
                "text_sha256": article.text_sha256,
                "cluster_id": cluster_id,
                "blocks": [block._asdict() for block in article.blocks],
            }
        ],
        "sentences": [_sentence(article, i, claims, gold) for i in range(len(article.sentences))],
        "claims": [_claim(article, claim, kind) for claim in claims],
        "stance": [_stance(article, claim, kind, scheme) for claim in claims if claim.target in scheme.questions],
        "article_stance": [_article_stance(target, gold, scheme) for target in scheme.questions] if gold else [],
    }


def _article_stance(target: str, gold: CheckedGold, scheme: Scheme) -> Row:
    entry = gold.article_stance.get(target, ArticleStance())
    return {
        "id": f"{gold.article_id}:{target}",
        "article_id": gold.article_id,
        "target": target,
        "question": scheme.questions[target],
        "label": entry.label,
        "label_distribution": entry.label_distribution,
        "annotator_kind": gold.annotator_kind,
        "adjudicated": bool(entry.adjudicated),
        "reason": entry.reason or None,
        "adjudicator": entry.adjudicator or None,
    }


def sentence_kind(
    place: tuple[int, int], claims: Sequence[tuple[Span, str | None]], lost: Iterable[Span]
) -> str | None:
    """The label of a sentence: the kind of the claim that covers most of it, of equals the first one.

    Args:
        place: where it is.
        claims: span and kind, in order.
        lost: where claims were that could not be used.

    Returns:
        ``none`` where no claim touches it; null where the kind is open, or only a lost claim touches it: not labelled is not "none".
    """
    start, end = place
    touching = [
        (min(end, span.end) - max(start, span.start), -i, kind)
        for i, (span, kind) in enumerate(claims)
        if _meet(place, span)
    ]
    if touching:
        return max(touching, key=lambda one: one[:2])[2]
    return None if any(_meet(place, span) for span in lost) else NO_CLAIM


def _meet(place: tuple[int, int], span: Span | GoldClaim) -> bool:
    return place[0] < span.end and span.start < place[1]


def _sentence(article: Prepared, index: int, claims: Sequence[GoldClaim], gold: CheckedGold | None) -> Row:
    start, end = article.sentences[index]
    label = None
    # A claim of gold that cannot be read may be the one that decides, whatever others touch the sentence.
    if gold and not any(_meet((start, end), span) for span in gold.unreadable):
        label = sentence_kind((start, end), [(claim.span, claim.kind) for claim in claims], gold.lost)
    return {
        "id": f"{article.source.id}-s{index + 1:03d}",
        "article_id": article.source.id,
        "start": start,
        "end": end,
        "text": article.text[start:end],
        "claim": label,
        "claim_ids": [claim.id for claim in claims if _meet((start, end), claim)],
    }


def _claim(article: Prepared, claim: GoldClaim, annotator_kind: str | None) -> Row:
    return {
        "id": claim.id,
        "article_id": article.source.id,
        "start": claim.start,
        "end": claim.end,
        "text": article.text[claim.start : claim.end],
        "claimant_start": claim.claimant and claim.claimant.start,
        "claimant_end": claim.claimant and claim.claimant.end,
        "claimant": _claimant(article, claim),
        "actor": claim.actor,
        "kind": claim.kind,
        "target": claim.target,
        "stance": claim.stance,
        "votes": [plain(vote) for vote in claim.votes],
        "label_distribution": claim.label_distribution,
        "annotator_kind": annotator_kind,
        "adjudicated": claim.adjudicated,
        "reason": claim.reason,
        "adjudicator": claim.adjudicator,
        "claim_group": claim.claim_group,
    }


def _claimant(article: Prepared, claim: GoldClaim) -> str | None:
    return article.text[claim.claimant.start : claim.claimant.end] if claim.claimant else None


def _stance(article: Prepared, claim: GoldClaim, annotator_kind: str | None, scheme: Scheme) -> Row:
    start, end = _context(article.blocks, claim.start, claim.end)
    return {
        "id": f"{claim.id}:{claim.target}",
        "article_id": article.source.id,
        "claim_id": claim.id,
        "start": claim.start,
        "end": claim.end,
        "text": article.text[claim.start : claim.end],
        "context_start": start,
        "context_end": end,
        "context": article.text[start:end],
        "claimant": _claimant(article, claim),
        "actor": claim.actor,
        "target": claim.target,
        "question": scheme.questions[claim.target or ""],
        "label": claim.stance,
        "label_distribution": (claim.label_distribution or {}).get("stance"),
        "annotator_kind": annotator_kind,
        "adjudicated": "stance" in claim.adjudication,
    }


def _context(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
    """The blocks that a claim stands in: its paragraph, as a rule."""
    touched = [block for block in blocks if block.start < end and start < block.end]
    return min([start, *(block.start for block in touched)]), max([end, *(block.end for block in touched)])
