"""The last map step: the rows of the five configs, from one article, its gold and its place in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataset.blocks import Block
from dataset.prepare import Prepared
from dataset.scheme import Scheme

Row = dict[str, Any]
NO_CLAIM = "none"  # the label of a sentence that no claim touches


def rows_of(article: Prepared, cluster_id: str, gold: Mapping[str, Any] | None, scheme: Scheme) -> dict[str, list[Row]]:
    """All rows of one article, by config.

    Args:
        article: its text and structure.
        cluster_id: the reuse cluster it belongs to.
        gold: its line of ``gold.jsonl``; None where nobody labelled it.
        scheme: questions and labels.
    """
    source = article.source
    claims = sorted(gold["claims"], key=lambda claim: (claim["start"], claim["end"], claim["id"])) if gold else []
    kind = gold["annotator_kind"] if gold else None
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
        "sentences": [
            _sentence(article, i, claims if gold else None, gold or {}) for i in range(len(article.sentences))
        ],
        "claims": [_claim(article, claim, kind) for claim in claims],
        "stance": [_stance(article, claim, kind, scheme) for claim in claims if claim["target"] in scheme.questions],
        "article_stance": [
            {
                "id": f"{source.id}:{target}",
                "article_id": source.id,
                "target": target,
                "question": question,
                "label": gold["article_stance"].get(target, {}).get("label"),
                "label_distribution": gold["article_stance"].get(target, {}).get("label_distribution"),
                "annotator_kind": kind,
                "adjudicated": bool(gold["article_stance"].get(target, {}).get("adjudicated")),
                "reason": gold["article_stance"].get(target, {}).get("reason"),
                "adjudicator": gold["article_stance"].get(target, {}).get("adjudicator"),
            }
            for target, question in scheme.questions.items()
        ]
        if gold
        else [],
    }


def sentence_kind(
    place: tuple[int, int],
    claims: Sequence[tuple[int, int, str | None]],
    lost: Sequence[tuple[int, int]],
) -> str | None:
    """The label of a sentence: the kind of the claim that covers most of it, of equals the first one.

    Args:
        place: where it stands.
        claims: start, end and kind, in order.
        lost: where claims were that could not be used.

    Returns:
        ``none`` where no claim touches it; null where the kind is open, or only a lost claim touches it: not labelled is not "none".
    """
    start, end = place
    touching = [
        (min(end, b) - max(start, a), -i, kind) for i, (a, b, kind) in enumerate(claims) if _meet(place, (a, b))
    ]
    if touching:
        return max(touching, key=lambda one: one[:2])[2]
    return None if any(_meet(place, span) for span in lost) else NO_CLAIM


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _sentence(article: Prepared, index: int, claims: Sequence[Row] | None, gold: Mapping[str, Any]) -> Row:
    start, end = article.sentences[index]
    label = None
    # A claim of gold that cannot be read may be the one that decides, whatever others touch the sentence.
    unreadable = any(_meet((start, end), (span["start"], span["end"])) for span in gold.get("unreadable", ()))
    if claims is not None and not unreadable:
        label = sentence_kind(
            (start, end),
            [(claim["start"], claim["end"], claim["kind"]) for claim in claims],
            [(span["start"], span["end"]) for span in gold["lost"]],
        )
    return {
        "id": f"{article.source.id}-s{index + 1:03d}",
        "article_id": article.source.id,
        "start": start,
        "end": end,
        "text": article.text[start:end],
        "claim": label,
        "claim_ids": [claim["id"] for claim in claims or () if _meet((start, end), (claim["start"], claim["end"]))],
    }


def _claim(article: Prepared, claim: Row, annotator_kind: str | None) -> Row:
    claimant = claim.get("claimant") or {"start": None, "end": None}
    return {
        "id": claim["id"],
        "article_id": article.source.id,
        "start": claim["start"],
        "end": claim["end"],
        "text": article.text[claim["start"] : claim["end"]],
        "claimant_start": claimant["start"],
        "claimant_end": claimant["end"],
        "claimant": _claimant(article, claim),
        "actor": claim.get("actor"),
        "kind": claim["kind"],
        "target": claim["target"],
        "stance": claim["stance"],
        "votes": claim.get("votes") or [],
        "label_distribution": claim.get("label_distribution"),
        "annotator_kind": annotator_kind,
        "adjudicated": bool(claim.get("adjudicated")),
        "reason": claim.get("reason"),
        "adjudicator": claim.get("adjudicator"),
        "claim_group": claim.get("claim_group"),
    }


def _claimant(article: Prepared, claim: Row) -> str | None:
    span = claim.get("claimant")
    return article.text[span["start"] : span["end"]] if span else None


def _stance(article: Prepared, claim: Row, annotator_kind: str | None, scheme: Scheme) -> Row:
    start, end = _context(article.blocks, claim["start"], claim["end"])
    return {
        "id": f"{claim['id']}:{claim['target']}",
        "article_id": article.source.id,
        "claim_id": claim["id"],
        "start": claim["start"],
        "end": claim["end"],
        "text": article.text[claim["start"] : claim["end"]],
        "context_start": start,
        "context_end": end,
        "context": article.text[start:end],
        "claimant": _claimant(article, claim),
        "actor": claim.get("actor"),
        "target": claim["target"],
        "question": scheme.questions[claim["target"]],
        "label": claim["stance"],
        "label_distribution": (claim.get("label_distribution") or {}).get("stance"),
        "annotator_kind": annotator_kind,
        "adjudicated": bool(claim.get("stance_adjudicated")),
    }


def _context(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
    """The blocks that a claim stands in: its paragraph, as a rule."""
    touched = [block for block in blocks if block.start < end and start < block.end]
    return min([start, *(block.start for block in touched)]), max([end, *(block.end for block in touched)])
