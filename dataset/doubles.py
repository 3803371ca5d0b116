"""Claims of one annotation that cannot all be meant: an id on two spans, two stances toward one target, the same claim twice.

One span may have several claims, one per target for example: that is no contradiction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from dataset.records.labels import Claim
from dataset.records.types import Span

_SHOWN = 40  # characters of an id or label in a message


class Settled(NamedTuple):
    """The claims of an annotation after doubles and contradictions were removed."""

    claims: tuple[Claim, ...]  # in an order that only they decide
    lost: tuple[Span, ...]  # of claims that were rejected
    reasons: tuple[str, ...]  # one per problem


def settle(claims: Sequence[tuple[str, Claim]]) -> Settled:
    """Remove what contradicts itself within one annotation.

    - One id on several spans: the claims are rejected, because their labels may belong to any of the spans.
    - Several stances toward one target on one span: the claim stays without a stance.
    - The same claim more than once: it counts once.

    Args:
        claims: with their positions in the line (``claims[0]``), which name a claim that has no id.
    """
    spans_of: dict[str, list[Span]] = {}
    for _, claim in claims:
        if isinstance(claim.id, str):
            spans_of.setdefault(claim.id, []).append(claim.span)
    shared = {id_: sorted(spans) for id_, spans in spans_of.items() if len(set(spans)) > 1}
    reasons = [
        f"claims {_quoted([id_])}: one id on {len(spans)} spans ({_places(spans)}): each claim needs an id of its own"
        for id_, spans in sorted(shared.items())
    ]
    left = [(name, claim) for name, claim in claims if not (isinstance(claim.id, str) and claim.id in shared)]
    kept: list[Claim] = []
    for same in _grouped(left, lambda claim: (claim.span, claim.target)):
        stances = sorted({claim.stance for _, claim in same if claim.stance is not None})
        if len(stances) > 1:
            target = "no target" if same[0][1].target is None else f"target {_quoted([same[0][1].target])}"
            reasons.append(
                f"claims {_names(same)}: one span and {target}, but stances {_quoted(stances)}:"
                " no stance counts, keep one claim"
            )
            kept += [_without_stance(of_kind) for of_kind in _grouped(same, lambda claim: claim.kind)]
        else:
            for equal in _grouped(same, lambda claim: (claim.kind, claim.stance, claim.claimant, claim.actor)):
                if len(equal) > 1:
                    reasons.append(f"claims {_names(equal)} are the same: they count once, keep one")
                kept.append(_one(equal))
    lost = sorted({span for spans in shared.values() for span in spans})
    return Settled(tuple(sorted(kept, key=content)), tuple(lost), tuple(reasons))


def content(claim: Claim) -> tuple[Any, ...]:
    """The key that sorts claims by what they hold."""
    texts = (claim.target, claim.kind, claim.stance, claim.actor, claim.claim_group, claim.id)
    return (
        claim.start,
        claim.end,
        tuple(claim.claimant or (-1, -1)),
        *(str(text or "") for text in texts),
        claim.unclear,
    )


def _grouped(claims: Iterable[tuple[str, Claim]], key: Any) -> Iterable[list[tuple[str, Claim]]]:
    groups: dict[Any, list[tuple[str, Claim]]] = {}
    for name, claim in claims:
        groups.setdefault(key(claim), []).append((name, claim))
    return groups.values()


def _without_stance(same: Sequence[tuple[str, Claim]]) -> Claim:
    """One claim of several that contradict each other: what they agree on."""
    claims = [claim for _, claim in same]
    claimants = {claim.claimant for claim in claims} - {None}
    actors = {claim.actor for claim in claims} - {None}
    return replace(
        _one(same),
        stance=None,
        claimant=claimants.pop() if len(claimants) == 1 else None,
        actor=actors.pop() if len(actors) == 1 else None,
    )


def _one(same: Sequence[tuple[str, Claim]]) -> Claim:
    claims = sorted((claim for _, claim in same), key=content)
    return replace(claims[0], unclear=any(claim.unclear for claim in claims))


def _names(claims: Iterable[tuple[str, Claim]]) -> str:
    return " and ".join(
        f'"{claim.id[:_SHOWN]}"' if isinstance(claim.id, str) and claim.id else name for name, claim in claims
    )


def _quoted(labels: Iterable[str]) -> str:
    return " and ".join(f'"{label[:_SHOWN]}"' for label in labels)


def _places(spans: Iterable[Span]) -> str:
    return ", ".join(f"{span.start}–{span.end}" for span in spans)


def stances_of(entries: Iterable[tuple[str, str]]) -> tuple[Mapping[str, str], list[str]]:
    """Stance by target; a target with two of them, by a renaming in the scheme, has none."""
    given: dict[str, set[str]] = {}
    for target, stance in entries:
        given.setdefault(target, set()).add(stance)
    reasons = [
        f"article_stance: target {_quoted([target])} has stances {_quoted(sorted(stances))} after renaming: none counts, keep one"
        for target, stances in sorted(given.items())
        if len(stances) > 1
    ]
    return {target: min(stances) for target, stances in given.items() if len(stances) == 1}, reasons
