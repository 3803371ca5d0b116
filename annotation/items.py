"""What there is to decide in an article: which spans are gold claims, who voted how, and what stays open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from msgspec.structs import replace

from annotation.align import MIN_IOU, Traits, group_claims, iou, match, medoid
from dataset.labels import LAYERS
from dataset.records.gold import Adjudication, GoldClaim, Vote
from dataset.records.labels import Annotation, Claim, Decision
from dataset.records.loader import UnusableError
from dataset.records.record import convert, convert_parts, without_nulls
from dataset.records.types import Span

Decisions = Mapping[tuple[str, str], tuple[Decision, Annotation]]  # by layer and item


def counted(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Those of an article's annotations that make its gold: people's where there are any."""
    people = [one for one in annotations if one.annotator_kind == "human"]
    return sorted(people or annotations, key=lambda one: one.annotator)


def span_item(article_id: str, span: Span) -> str:
    """What a span without a claim is called when somebody is asked whether it is one."""
    return f"{article_id}:{span.start}-{span.end}"


def draft_claims(
    article_id: str, annotations: Sequence[Annotation], decisions: Decisions
) -> tuple[list[GoldClaim], list[Span], list[str]]:
    """Return the gold claims of an article with all votes and without id and labels, the spans that may be claims,
    and the items of the span decisions that were used.

    A span is gold where more than half of the annotators marked it; where just half of them marked something an adjudicator may say.
    """
    by_annotator = {one.annotator: one for one in annotations}
    kept, half = _marked(by_annotator)
    lost = {span for one in annotations for span in one.lost or ()}
    used: list[str] = []
    claims = [_claim(votes, by_annotator) for votes in kept]
    for votes, places in half:
        decided = _decided_span(article_id, medoid(places), decisions, annotations)
        if decided is None:
            lost |= set(places)
            continue
        used.append(decided[0].item)
        if decided[0].label == "claim":
            claims.append(note_decision(_claim(votes, by_annotator), *decided))
    return sorted(claims, key=lambda claim: claim.span), sorted(lost), used


def _decided_span(
    article_id: str, span: Span, decisions: Decisions, annotations: Sequence[Annotation]
) -> tuple[Decision, Annotation] | None:
    """What an adjudicator said of a span, or of one in the same place: a boundary may have moved since."""
    people = any(one.annotator_kind == "human" for one in annotations)
    found: list[tuple[float, tuple[Decision, Annotation]]] = []
    for (layer, item), (decision, by) in decisions.items():
        if layer == "span" and by.article_id == article_id and not (people and by.annotator_kind != "human"):
            near = 0.0 if decision.span is None else iou(decision.span, span)
            if item == span_item(article_id, span):
                near = 2.0
            if near >= MIN_IOU:
                found.append((near, (decision, by)))
    return max(found, key=lambda one: one[0])[1] if found else None


def half_marked(annotations: Sequence[Annotation]) -> list[tuple[Span, int, int]]:
    """The spans that half of the annotators marked: medoid, how many marked it, and how many there are."""
    by_annotator = {one.annotator: one for one in annotations}
    found: dict[Span, set[str]] = {}
    # Several claims on one span, one per target for example, are one question: whether there is a claim.
    for votes, places in _marked(by_annotator)[1]:
        found.setdefault(medoid(places), set()).update(votes)
    return [(span, len(names), len(by_annotator)) for span, names in found.items()]


Votes = Mapping[str, Claim]  # by annotator


def _marked(annotators: Mapping[str, Annotation]) -> tuple[list[Votes], list[tuple[Votes, list[Span]]]]:
    """What the annotators marked: the claims of a majority, and, with their undecided spans, those of which nobody can say.

    A span is undecided where half of the annotators or more marked a claim, but none that a majority shares: neither a claim nor none.
    """
    found = group_claims({name: one.claims for name, one in annotators.items()})
    marked: list[Votes] = [{name: annotators[name].claims[i] for name, i in group.items()} for group in found]
    kept = [votes for votes in marked if len(votes) * 2 > len(annotators)]
    gold = {claim.span for votes in kept for claim in votes.values()}

    def undecided(span: Span) -> bool:
        touched = [any(c.start < span.end and span.start < c.end for c in one.claims) for one in annotators.values()]
        return span not in gold and 2 * sum(touched) >= len(annotators)

    half = [(votes, [claim.span for claim in votes.values() if undecided(claim.span)]) for votes in marked]
    return kept, [(votes, places) for votes, places in half if places]


def _claim(votes: Mapping[str, Claim], annotators: Mapping[str, Annotation]) -> GoldClaim:
    claims = list(votes.values())
    span = medoid([claim.span for claim in claims])
    return GoldClaim(
        id="",
        start=span.start,
        end=span.end,
        claimant=_shared([claim.claimant for claim in claims if claim.claimant is not None], len(claims)),
        actor=majority([claim.actor for claim in claims if claim.actor]),
        claim_group=majority([claim.claim_group for claim in claims if claim.claim_group]),
        unclear=sum(claim.unclear for claim in claims),
        label_distribution=dict.fromkeys(LAYERS),
        posterior=dict.fromkeys(LAYERS),
        votes=tuple(
            Vote(
                annotator=name,
                annotator_kind=annotators[name].annotator_kind,
                start=claim.start,
                end=claim.end,
                kind=claim.kind,
                target=claim.target,
                stance=claim.stance,
            )
            for name, claim in sorted(votes.items())
        ),
    )


def _shared(spans: Sequence[Span], voters: int) -> Span | None:
    """The medoid of the spans that more than half of the voters put in one place; None where they did not."""
    near = [[other for other in spans if iou(span, other) >= MIN_IOU] for span in spans]
    most = max((len(same) for same in near), default=0)
    # Several may have as many near them: the first in the text, whatever the order of annotators.
    return min(medoid(same) for same in near if len(same) == most) if most * 2 > voters else None


def note_decision(claim: GoldClaim, decision: Decision, by: Annotation) -> GoldClaim:
    """Return a gold claim with who decided what, and why."""
    made = claim.adjudication | {
        decision.layer: Adjudication(
            label=decision.label,
            annotator=by.annotator,
            annotator_kind=by.annotator_kind,
            reason=decision.reason,
        )
    }
    return replace(
        claim,
        adjudication=made,
        adjudicated=True,
        adjudicator=", ".join(sorted({entry.annotator for entry in made.values()})),
        reason="; ".join(f"{layer}: {entry.reason}" for layer, entry in sorted(made.items())),
    )


def carry_ids(
    article_id: str, claims: Sequence[GoldClaim], earlier: Sequence[GoldClaim], gone: Sequence[GoldClaim], number: int
) -> tuple[list[GoldClaim], int]:
    """Give claims the ids that the earlier gold gave them, so that a moved boundary is an edit, and number new ones on.

    Args:
        article_id: whose claims.
        claims: of the new gold, without ids.
        earlier: those of the earlier gold.
        gone: those that it had once: one that comes back where it was, after a slip in labels or scheme, is the same.
        number: the highest ever given in this article.

    Returns:
        The claims with their ids, and the highest number ever given: that of a claim that is gone is not given to another.
    """
    ids: dict[int, str] = {}  # by position
    for listed in (earlier, gone):
        new = [i for i in range(len(claims)) if i not in ids]
        # An id once: gold that people edited may have one again that was gone.
        known = list({one.id: one for one in listed if one.id not in ids.values()}.values())
        pairs = match(
            [claims[i].span for i in new],
            [one.span for one in known],
            ([_traits(claims[i]) for i in new], [_traits(one) for one in known]),
        )
        ids |= {new[i]: known[j].id for i, j in pairs}
    for i in range(len(claims)):
        if i not in ids:
            number += 1
            ids[i] = f"{article_id}-c{number:02d}"
    return [replace(claim, id=ids[i]) for i, claim in enumerate(claims)], number


def _traits(claim: GoldClaim) -> Traits:
    """Return the labels that distinguish a gold claim from another one on its span: those with most votes, or its own without votes."""
    listed = claim.votes or [claim]
    target, kind, stance = (
        majority(label for one in listed if (label := getattr(one, layer))) for layer in ("target", "kind", "stance")
    )
    return Traits(target, kind, stance, None, claim.actor)


def earlier_claims(listed: object, article: str) -> list[GoldClaim]:
    """Return the claims of an earlier line of gold that have an id and a place to carry on."""
    found = []
    for entry in listed if isinstance(listed, list) else ():
        with suppress(UnusableError):
            found.append(_earlier_claim(entry) if isinstance(entry, dict) else convert(entry, GoldClaim))
    name = re.compile(re.escape(article) + r"-c[0-9]{1,9}")
    return [claim for claim in found if name.fullmatch(claim.id) and claim.start < claim.end]


def _earlier_claim(entry: Mapping[str, object]) -> GoldClaim:
    try:
        return convert_parts(without_nulls(entry), GoldClaim, ("votes",))[0]
    except UnusableError:  # edited by hand: id and place are enough
        return convert({name: entry.get(name) for name in ("id", "start", "end")}, GoldClaim)


def majority(votes: Iterable[str]) -> str | None:
    """The value with the most votes; null where two share that place, or nobody voted."""
    ranked = Counter(votes).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
