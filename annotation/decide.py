"""From votes to labels, layer by layer over the whole corpus: aggregation, the claim page's answers, and adjudicated decisions.

Kind and target come first. A stance is toward a target, so only those who gave the gold target have a vote on it; what the claim page
answered counts there, and what an adjudicator decided wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.aggregate import Aggregated, Vote, aggregate_votes
from annotation.align import MIN_IOU, iou
from annotation.items import Decisions, Row, half_marked, note_decision
from annotation.verdicts import Verdicts, apply_verdicts
from dataset.labels import LAYERS, Annotation, Decision, Span, instant, labels_of
from dataset.records.rejected import Rejected
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
        _settle(rows, layer, votes, _aggregate(votes, layer, scheme, method, result), scheme, decisions)
    for row in rows:
        result.unused += apply_verdicts(row["claims"], verdicts, row["annotator_kind"])
    known = {claim["id"] for claim in claims}
    result.unused += sum(len(by) for id_, by in verdicts.items() if id_ not in known)
    votes = [
        Vote(claim["id"], vote["annotator"], vote["stance"])
        for claim in claims
        for vote in claim["votes"]
        if vote["stance"] is not None and claim["target"] is not None and vote["target"] == claim["target"]
    ]
    _settle(rows, "stance", votes, _aggregate(votes, "stance", scheme, method, result), scheme, decisions)
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


def _settle(
    rows: Iterable[Row], layer: str, votes: Iterable[Vote], found: Aggregated, scheme: Scheme, decisions: Decisions
) -> None:
    shares = vote_shares(votes, labels_of(layer, scheme))
    for row in rows:
        for claim in row["claims"]:
            claim[layer] = found.labels.get(claim["id"])
            # What was said, whatever a model makes of it: that it disagrees is what soft labels are for.
            claim["label_distribution"][layer] = shares.get(claim["id"])
            claim["posterior"][layer] = found.distributions.get(claim["id"])
            decided = decisions.get((layer, claim["id"]))
            if decided is not None and applies(*decided, row, claim):
                claim[layer] = decided[0].label
                note_decision(claim, *decided)


def vote_shares(votes: Iterable[Vote], labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """The share of votes of each label, by item."""
    counts: dict[str, Counter[str]] = {}
    for vote in votes:
        counts.setdefault(vote.item, Counter())[vote.label] += 1
    return {item: {label: count[label] / count.total() for label in labels} for item, count in counts.items()}


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
    shares = vote_shares(votes, labels_of("article_stance", scheme))
    for row in rows:
        for target in scheme.questions:
            item = f"{row['article_id']}:{target}"
            entry: Row = {"label": found.labels.get(item), "label_distribution": shares.get(item)}
            decided = decisions.get(("article_stance", item))
            if decided is not None and applies(*decided, row):
                decision, by = decided
                entry |= {
                    "label": decision.label,
                    "adjudicated": True,
                    "reason": decision.reason,
                    "adjudicator": by.annotator,
                }
            row["article_stance"][target] = entry


def decisions_of(annotations: Iterable[Annotation]) -> tuple[Decisions, list[Rejected]]:
    """The decisions of adjudicators, by layer and item.

    Returns:
        Of several by one adjudicator on one item the last; and, set aside, items on which adjudicators contradict each other.
    """
    given: dict[tuple[str, str], dict[str, tuple[Decision, Annotation]]] = {}
    for one in sorted(annotations, key=lambda one: (instant(one.updated), one.article_id, one.annotator, one.id)):
        if one.decision is not None and one.status == "submitted":
            given.setdefault((one.decision.layer, one.decision.item), {})[one.annotator] = (one.decision, one)
    found, contradictions = {}, []
    for (layer, item), by in given.items():
        if len({decision.label for decision, _ in by.values()}) == 1:
            found[layer, item] = list(by.values())[-1]
        else:
            said = ", ".join(f"{name}: {decision.label}" for name, (decision, _) in sorted(by.items()))
            reason = f"adjudicators contradict each other ({said}): it stays open; settle it, and delete one decision"
            contradictions.append(Rejected("label", f"{layer} of {item}", "labels", None, reason))
    return found, contradictions


def unused_decisions(decisions: Decisions, rows: Sequence[Row]) -> list[Rejected]:
    """Decisions that decide nothing in this gold: each is named."""
    used = {(layer, claim["id"]) for row in rows for claim in row["claims"] for layer in claim["adjudication"]}
    used |= {
        ("article_stance", f"{row['article_id']}:{target}")
        for row in rows
        for target, entry in row["article_stance"].items()
        if "adjudicated" in entry
    }
    used |= {("span", item) for row in rows for item in row["span_decisions"]}
    reason = "the decision fits no claim any more (gone, moved, another target), or a model decided about people's labels: decide again"
    return [
        Rejected("label", f"{by.id} ({layer} of {item})", f"labels/{by.annotator}.jsonl", None, reason)
        for (layer, item), (_, by) in sorted(decisions.items())
        if (layer, item) not in used
    ]


def applies(decision: Decision, by: Annotation, row: Row, claim: Row | None = None) -> bool:
    """Whether a decision holds: for the claim and the target that it was about, by a person where people labelled."""
    if row["annotator_kind"] == "human" and by.annotator_kind != "human":
        return False
    if claim is None:
        return True
    if decision.layer == "stance" and decision.target != claim["target"]:
        return False
    return decision.span is None or iou(decision.span, Span(claim["start"], claim["end"])) >= MIN_IOU


def undecided(rows: Sequence[Row], articles: Mapping[str, Sequence[Annotation]]) -> int:
    """How many labels have votes and no winner, spans that just half of the annotators marked among them."""
    total = 0
    for row in rows:
        for claim in row["claims"]:
            total += sum(claim[layer] is None and claim["label_distribution"][layer] is not None for layer in LAYERS)
        total += sum(e["label"] is None and e["label_distribution"] is not None for e in row["article_stance"].values())
        lost = {(span["start"], span["end"]) for span in row["lost"]}
        total += sum(tuple(span) in lost for span, _, _ in half_marked(articles[row["article_id"]]))
    return total


def low_confidence(distribution: Mapping[str, float] | None) -> bool:
    """Whether less than two thirds are on one label."""
    return distribution is not None and max(distribution.values()) < LOW_CONFIDENCE - 1e-9


def is_open(claim: Row, layer: str) -> bool:
    """Whether an adjudicator is to be asked.

    There are votes but no label, or little confidence, or a model's label is not the one with most votes; for the stance also where half
    of the annotators ticked "unclear".
    """
    shares = claim["label_distribution"][layer]
    if layer in claim["adjudication"] or shares is None:
        return False
    unsure = layer == "stance" and len(claim["votes"]) > 1 and claim["unclear"] * 2 >= len(claim["votes"])
    disputed = claim[layer] is None or shares[claim[layer]] < max(shares.values())
    return disputed or low_confidence(shares) or low_confidence(claim["posterior"][layer]) or unsure
