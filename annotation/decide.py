"""From votes to labels, layer by layer over the whole corpus: aggregation, the claim page's answers, and adjudicated decisions.

Kind and target come first. A stance is toward a target, so only those who gave the gold target have a vote on it; what the claim page
answered counts there, and what an adjudicator decided wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from annotation.aggregate import Aggregated, Confusions, Vote, aggregate_votes
from annotation.align import MIN_IOU, iou
from annotation.items import Decisions, half_marked, note_decision
from annotation.verdicts import Verdicts, apply_verdicts
from dataset.labels import LAYERS, instant, labels_of
from dataset.records.gold import ArticleStance, Gold, GoldClaim, Shares
from dataset.records.labels import Annotation, Decision
from dataset.records.rejected import Rejected
from dataset.scheme import Scheme

# Where two thirds of the votes, or of the probability, are not on one label an adjudicator is asked as well.
LOW_CONFIDENCE = 2 / 3


@dataclass
class Decided:
    """What deciding said about the annotators."""

    quality: dict[str, dict[str, float | None]] = field(default_factory=dict)  # by layer and annotator
    confusions: dict[str, Confusions] = field(default_factory=dict)  # by layer
    why: dict[str, str] = field(default_factory=dict)  # by layer, where the method could not be used
    unused: int = 0  # answers of the claim page that do not count


def decide_layers(
    rows: Sequence[Gold],
    articles: Mapping[str, Sequence[Annotation]],
    scheme: Scheme,
    method: str,
    verdicts: Verdicts,
    decisions: Decisions,
) -> tuple[list[Gold], Decided]:
    """Give gold rows their labels.

    Args:
        rows: of all articles, with claims, ids and votes.
        articles: the annotations that count, by article.
        scheme: the labels.
        method: majority, dawid_skene or mace.
        verdicts: answers of the claim page.
        decisions: of adjudicators.

    Returns:
        The rows with labels, and what deciding said about the annotators.
    """
    result, decided = Decided(), list(rows)
    for layer in ("kind", "target"):
        decided = _settle(decided, layer, scheme, method, decisions, result)
    answered = [apply_verdicts(row, verdicts) for row in decided]
    known = {claim.id for row in rows for claim in row.claims}
    result.unused += sum(unused for _, unused in answered)
    result.unused += sum(len(by) for id_, by in verdicts.items() if id_ not in known)
    decided = _settle([row for row, _ in answered], "stance", scheme, method, decisions, result)
    return _article_stances(decided, articles, scheme, method, decisions, result), result


def _aggregate(votes: list[Vote], layer: str, scheme: Scheme, method: str, result: Decided) -> Aggregated:
    found = aggregate_votes(votes, labels_of(layer, scheme), method)
    result.quality[layer] = found.quality
    if found.confusions is not None:
        result.confusions[layer] = found.confusions
    if found.why is not None:
        result.why[layer] = found.why
    return found


def _settle(
    rows: Sequence[Gold], layer: str, scheme: Scheme, method: str, decisions: Decisions, result: Decided
) -> list[Gold]:
    votes = [
        Vote(claim.id, vote.annotator, label)
        for row in rows
        for claim in row.claims
        for vote in claim.votes
        # A stance toward another target, or while the target is open, is no vote.
        if (label := getattr(vote, layer)) is not None
        and (layer != "stance" or (claim.target is not None and vote.target == claim.target))
    ]
    found = _aggregate(votes, layer, scheme, method, result)
    shares = vote_shares(votes, labels_of(layer, scheme))

    def settled(claim: GoldClaim, row: Gold) -> GoldClaim:
        labelled = replace(
            claim,
            **{layer: found.labels.get(claim.id)},
            # What was said, whatever a model makes of it: that it disagrees is what soft labels are for.
            label_distribution={**(claim.label_distribution or {}), layer: shares.get(claim.id)},
            posterior={**(claim.posterior or {}), layer: found.distributions.get(claim.id)},
        )
        decided = decisions.get((layer, claim.id))
        if decided is None or not applies(*decided, row, labelled):
            return labelled
        return note_decision(replace(labelled, **{layer: decided[0].label}), *decided)

    return [replace(row, claims=tuple(settled(claim, row) for claim in row.claims)) for row in rows]


def vote_shares(votes: Iterable[Vote], labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """The share of votes of each label, by item."""
    counts: dict[str, Counter[str]] = {}
    for vote in votes:
        counts.setdefault(vote.item, Counter())[vote.label] += 1
    return {item: {label: count[label] / count.total() for label in labels} for item, count in counts.items()}


def _article_stances(
    rows: Sequence[Gold],
    articles: Mapping[str, Sequence[Annotation]],
    scheme: Scheme,
    method: str,
    decisions: Decisions,
    result: Decided,
) -> list[Gold]:
    votes = [
        Vote(f"{article}:{target}", one.annotator, stance)
        for article, annotations in articles.items()
        for one in annotations
        for target, stance in one.article_stance.items()
    ]
    found = _aggregate(votes, "article_stance", scheme, method, result)
    shares = vote_shares(votes, labels_of("article_stance", scheme))

    def entry(row: Gold, target: str) -> ArticleStance:
        item = f"{row.article_id}:{target}"
        stance = ArticleStance(label=found.labels.get(item), label_distribution=shares.get(item))
        decided = decisions.get(("article_stance", item))
        if decided is None or not applies(*decided, row):
            return stance
        decision, by = decided
        return replace(stance, label=decision.label, adjudicated=True, reason=decision.reason, adjudicator=by.annotator)

    return [replace(row, article_stance={target: entry(row, target) for target in scheme.questions}) for row in rows]


def decisions_of(annotations: Iterable[Annotation]) -> tuple[Decisions, list[Rejected]]:
    """The decisions of adjudicators, by layer and item.

    Returns:
        Of several by one adjudicator on one item the last; and, set aside, items on which adjudicators contradict each other.
    """
    given: dict[tuple[str, str], dict[str, tuple[Decision, Annotation]]] = {}
    for one in sorted(annotations, key=lambda one: (instant(one.updated), one.article_id, one.annotator, one.id)):
        if one.decision and one.decision.label is not None and one.status == "submitted":
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


def unused_decisions(decisions: Decisions, rows: Sequence[Gold]) -> list[Rejected]:
    """Decisions that decide nothing in this gold: each is named."""
    used = {(layer, claim.id) for row in rows for claim in row.claims for layer in claim.adjudication}
    used |= {
        ("article_stance", f"{row.article_id}:{target}")
        for row in rows
        for target, entry in row.article_stance.items()
        if entry.adjudicated
    }
    used |= {("span", item) for row in rows for item in row.span_decisions or ()}
    reason = "the decision fits no claim any more (gone, moved, another target), or a model decided about people's labels: decide again"
    return [
        Rejected("label", f"{by.id} ({layer} of {item})", f"labels/{by.annotator}.jsonl", None, reason)
        for (layer, item), (_, by) in sorted(decisions.items())
        if (layer, item) not in used
    ]


def applies(decision: Decision, by: Annotation, row: Gold, claim: GoldClaim | None = None) -> bool:
    """Whether a decision holds: for the claim and the target that it was about, by a person where people labelled."""
    if row.annotator_kind == "human" and by.annotator_kind != "human":
        return False
    if claim is None:
        return True
    if decision.layer == "stance" and decision.target != claim.target:
        return False
    return decision.span is None or iou(decision.span, claim.span) >= MIN_IOU


def undecided(rows: Sequence[Gold], articles: Mapping[str, Sequence[Annotation]]) -> int:
    """How many labels have votes and no winner, spans that just half of the annotators marked among them."""
    total = 0
    for row in rows:
        for claim in row.claims:
            total += sum(getattr(claim, layer) is None and shares_of(claim, layer) is not None for layer in LAYERS)
        total += sum(one.label is None and one.label_distribution is not None for one in row.article_stance.values())
        total += sum(span in row.lost for span, _, _ in half_marked(articles[row.article_id]))
    return total


def shares_of(claim: GoldClaim, layer: str) -> Shares | None:
    """The shares of votes that a claim's labels of a layer have; None without votes."""
    return (claim.label_distribution or {}).get(layer)


def low_confidence(distribution: Mapping[str, float] | None) -> bool:
    """Whether less than two thirds are on one label."""
    return distribution is not None and max(distribution.values()) < LOW_CONFIDENCE - 1e-9


def is_open(claim: GoldClaim, layer: str) -> bool:
    """Whether an adjudicator is to be asked.

    There are votes but no label, or little confidence, or a model's label is not the one with most votes; for the stance also where half
    of the annotators ticked "unclear".
    """
    shares, label = shares_of(claim, layer), getattr(claim, layer)
    if layer in claim.adjudication or shares is None:
        return False
    unsure = layer == "stance" and len(claim.votes) > 1 and claim.unclear * 2 >= len(claim.votes)
    disputed = label is None or shares[label] < max(shares.values())
    return disputed or low_confidence(shares) or low_confidence((claim.posterior or {}).get(layer)) or unsure
