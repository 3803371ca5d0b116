"""From votes to labels, layer by layer over the whole corpus: aggregation, the claim page's answers, and adjudicated decisions.

Kind and target come first. A stance is toward a target, so only those who gave the gold target have a vote on it; what the claim page
answered counts there, and what an adjudicator decided wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.aggregate import Aggregated, Vote, aggregate_votes
from annotation.items import Decisions, Row, note_decision
from annotation.verdicts import Verdicts, apply_verdicts
from dataset.labels import Annotation, Decision, labels_of
from dataset.scheme import Scheme

# Where two thirds of the votes, or of the probability, are not on one label an adjudicator is asked as well.
LOW_CONFIDENCE = 2 / 3


@dataclass
class Decided:
    """What deciding said about the annotators."""

    quality: dict[str, dict[str, float | None]] = field(default_factory=dict)  # by layer and annotator
    confusions: dict[str, Any] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)  # by layer, where the method could not be used
    unused: int = 0  # answers of the claim page that do not count


def decide_layers(
    rows: Sequence[Row],
    articles: Mapping[str, Sequence[Annotation]],
    scheme: Scheme,
    method: str,
    verdicts: Verdicts,
    decisions: Decisions,
) -> Decided:
    """Fill in the labels of gold rows, in place.

    Args:
        rows: of all articles, with claims, ids and votes.
        articles: the annotations that count, by article.
        scheme: the labels.
        method: majority, dawid_skene or mace.
        verdicts: answers of the claim page.
        decisions: of adjudicators.
    """
    result = Decided()
    claims = [claim for row in rows for claim in row["claims"]]
    for layer in ("kind", "target"):
        votes = [
            Vote(claim["id"], vote["annotator"], vote[layer])
            for claim in claims
            for vote in claim["votes"]
            if vote[layer] is not None
        ]
        _settle(claims, layer, _aggregate(votes, layer, scheme, method, result), decisions)
    for row in rows:
        result.unused += apply_verdicts(row["claims"], verdicts, row["annotator_kind"])
    votes = [
        Vote(claim["id"], vote["annotator"], vote["stance"])
        for claim in claims
        for vote in claim["votes"]
        if vote["stance"] is not None and claim["target"] is not None and vote["target"] == claim["target"]
    ]
    _settle(claims, "stance", _aggregate(votes, "stance", scheme, method, result), decisions)
    _article_stances(rows, articles, scheme, method, decisions, result)
    return result


def _aggregate(votes: list[Vote], layer: str, scheme: Scheme, method: str, result: Decided) -> Aggregated:
    found = aggregate_votes(votes, labels_of(layer, scheme), method)
    result.quality[layer] = found.quality
    if found.confusions is not None:
        result.confusions[layer] = found.confusions
    if found.why is not None:
        result.why[layer] = found.why
    return found


def _settle(claims: Iterable[Row], layer: str, found: Aggregated, decisions: Decisions) -> None:
    for claim in claims:
        claim[layer] = found.labels.get(claim["id"])
        claim["label_distribution"][layer] = found.distributions.get(claim["id"])
        decided = decisions.get((layer, claim["id"]))
        # A stance decided toward another target than the claim has now decides nothing.
        if decided is not None and (layer != "stance" or decided[0].target == claim["target"]):
            claim[layer] = decided[0].label
            note_decision(claim, *decided)


def _article_stances(
    rows: Sequence[Row],
    articles: Mapping[str, Sequence[Annotation]],
    scheme: Scheme,
    method: str,
    decisions: Decisions,
    result: Decided,
) -> None:
    votes = [
        Vote(f"{article}:{target}", one.annotator, stance)
        for article, annotations in articles.items()
        for one in annotations
        for target, stance in one.article_stance.items()
    ]
    found = _aggregate(votes, "article_stance", scheme, method, result)
    for row in rows:
        for target in scheme.questions:
            item = f"{row['article_id']}:{target}"
            entry: Row = {"label": found.labels.get(item), "label_distribution": found.distributions.get(item)}
            decided = decisions.get(("article_stance", item))
            if decided is not None:
                decision, by = decided
                entry |= {
                    "label": decision.label,
                    "adjudicated": True,
                    "reason": decision.reason,
                    "adjudicator": by.annotator,
                }
            row["article_stance"][target] = entry


def decisions_of(annotations: Iterable[Annotation]) -> dict[tuple[str, str], tuple[Decision, Annotation]]:
    """The decisions of adjudicators; of several on one item the last one counts."""
    found: dict[tuple[str, str], tuple[Decision, Annotation]] = {}
    for one in sorted(annotations, key=lambda one: (one.updated or "", one.annotator)):
        if one.decision is not None and one.status == "submitted":
            found[one.decision.layer, one.decision.item] = (one.decision, one)
    return found


def low_confidence(distribution: Mapping[str, float] | None) -> bool:
    """Whether less than two thirds are on one label."""
    return distribution is not None and max(distribution.values()) < LOW_CONFIDENCE - 1e-9


def is_open(claim: Row, layer: str) -> bool:
    """Whether an adjudicator is to be asked.

    There are votes but no label, or little confidence; for the stance also where half of the annotators ticked "unclear".
    """
    if layer in claim["adjudication"] or claim["label_distribution"][layer] is None:
        return False
    unsure = layer == "stance" and len(claim["votes"]) > 1 and claim["unclear"] * 2 >= len(claim["votes"])
    return claim[layer] is None or low_confidence(claim["label_distribution"][layer]) or unsure
