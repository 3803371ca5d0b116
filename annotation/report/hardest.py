"""The items that annotators found hardest: claims whose votes are most divided, or marked "unclear", and spans that half of them marked.

How divided is measured by the entropy of the votes in bits: 0 where all agree, 1 where two labels have half of the votes each.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from annotation.align import iou, medoid
from dataset.labels import LAYERS, REPEAT_MARK
from dataset.page.values import words
from dataset.records.gold import Gold, GoldClaim
from dataset.records.gold import Vote as GoldVote
from dataset.records.labels import Annotation, Claim
from dataset.records.types import Span

LIMIT = 30


@dataclass(frozen=True)
class Vote:
    """What one annotator said of an item."""

    annotator: str
    span: Span | None  # None where he or she marked nothing here
    labels: dict[str, str]  # by layer; what was not said is missing


@dataclass(frozen=True)
class Item:
    """Something that annotators did not agree on, or were not sure of."""

    what: str  # claim, span, article_stance
    name: str  # its id, or the target of an article stance
    article: str
    span: Span | None
    entropies: dict[str, float]  # by layer
    unclear: int
    votes: tuple[Vote, ...]
    silent: tuple[str, ...] = ()  # who labelled the article and marked nothing here
    actor: str | None = None
    gold: dict[str, str | None] = field(default_factory=dict)
    reason: str | None = None  # of the adjudicator
    unreadable: bool = False  # a label here had to be set aside

    @property
    def entropy(self) -> float:
        """Of the layer that divides most."""
        return max(self.entropies.values(), default=0.0)

    @property
    def rank(self) -> tuple[float, float, int, str, tuple[int, ...], str]:
        """What sorts items, the hardest first."""
        total = round(sum(self.entropies.values()), 9)
        return (-round(self.entropy, 9), -total, -self.unclear, self.article, tuple(self.span or (0, 0)), self.name)


def entropy(shares: Iterable[float]) -> float:
    """Entropy in bits of shares or counts."""
    known = [share for share in shares if share > 0]
    total = sum(known)
    return max(0.0, -sum(share / total * math.log2(share / total) for share in known)) if total else 0.0


def hardest_items(rows: Sequence[Gold], annotations: Sequence[Annotation]) -> tuple[list[Item], int]:
    """The hardest items, hardest first, some of every sort where there are some.

    Returns:
        At most 30 items, and how many there are in all.
    """
    work = work_by_article(annotations)
    found: list[Item] = []
    for row in rows:
        made_by = {one.annotator: one for one in work.get(row.article_id, []) if one.annotator in row.annotators}
        found += [_claim(claim, row) for claim in row.claims]
        found += _half_marked(row, made_by)
        found += _article_stances(row, made_by)
    hard = sorted(
        (item for item in found if item.entropy > 0 or item.unclear or item.what == "span"), key=lambda item: item.rank
    )
    # Of every sort in turn, so that no sort crowds out the others.
    sorts = (
        [item for item in hard if item.what == "claim" and item.entropy > 0],
        sorted((item for item in hard if item.unclear), key=lambda item: (-item.unclear, item.rank)),
        [item for item in hard if item.what == "span"],
        [item for item in hard if item.what == "article_stance"],
    )
    chosen: dict[int, Item] = {}
    for item in chain.from_iterable(zip_longest(*sorts)):
        if item is not None and len(chosen) < LIMIT:
            chosen[id(item)] = item
    return sorted(chosen.values(), key=lambda item: item.rank), len(hard)


def work_by_article(annotations: Iterable[Annotation]) -> dict[str, list[Annotation]]:
    """What was submitted on the article page, blind repeats left out."""
    work: dict[str, list[Annotation]] = {}
    for one in annotations:
        if one.page == "article" and one.status == "submitted" and REPEAT_MARK not in one.article_id:
            work.setdefault(one.article_id, []).append(one)
    return work


def _claim(claim: GoldClaim, row: Gold) -> Item:
    votes = tuple(Vote(vote.annotator, vote.span, _labels(vote)) for vote in claim.votes)
    entropies = {}
    for layer in LAYERS:
        given = [vote.labels[layer] for vote in votes if layer in vote.labels]
        if layer == "stance":  # toward another target it is an answer to another question
            given = [
                vote.labels["stance"]
                for vote in votes
                if "stance" in vote.labels and vote.labels.get("target") == claim.target
            ]
        shares = ((claim.label_distribution or {}).get(layer) or {}).values()
        entropies[layer] = entropy(Counter(given).values()) if len(given) > 1 else entropy(shares) if not given else 0.0
    voted = {vote.annotator for vote in votes}
    return Item(
        "claim",
        claim.id,
        row.article_id,
        claim.span,
        entropies,
        claim.unclear,
        votes,
        silent=tuple(name for name in row.annotators if name not in voted),
        actor=words(claim.actor),
        gold={layer: words(getattr(claim, layer)) for layer in LAYERS},
        reason=words(claim.reason) if claim.adjudicated else None,
    )


def _labels(labelled: Claim | GoldVote) -> dict[str, str]:
    return {layer: label for layer in LAYERS if (label := getattr(labelled, layer)) is not None}


def _half_marked(row: Gold, made_by: Mapping[str, Annotation]) -> list[Item]:
    """The spans of which gold says neither that they are claims nor that they are none; those that overlap are one item."""
    unreadable = {span for one in made_by.values() for span in one.lost or ()}
    places: list[list[Span]] = []
    for span in sorted(row.lost):
        if places and any(span.start < other.end for other in places[-1]) and _alike(span, places[-1]):
            places[-1].append(span)
        else:
            places.append([span])
    return [_open_span(row.article_id, spans, made_by, not unreadable.isdisjoint(spans)) for spans in places]


def _open_span(article: str, spans: Sequence[Span], made_by: Mapping[str, Annotation], unreadable: bool) -> Item:
    votes = tuple(
        Vote(name, claim.span, _labels(claim))
        for name, one in sorted(made_by.items())
        for claim in one.claims
        if any(claim.start < span.end and span.start < claim.end for span in spans)
    )
    silent = tuple(sorted(set(made_by) - {vote.annotator for vote in votes}))
    marked = len(made_by) - len(silent)
    entropies = {"span": entropy([marked, len(silent)])} if votes and silent else {}
    span = medoid(spans)
    name = f"{article}:{span.start}-{span.end}"
    return Item("span", name, article, span, entropies, 0, votes, silent, unreadable=unreadable)


def _alike(span: Span, others: Sequence[Span]) -> bool:
    return any(iou(span, other) >= 1 / 3 for other in others)


def _article_stances(row: Gold, made_by: Mapping[str, Annotation]) -> list[Item]:
    items = []
    for target, entry in row.article_stance.items():
        votes = tuple(
            Vote(name, None, {"article_stance": one.article_stance[target]})
            for name, one in sorted(made_by.items())
            if target in one.article_stance
        )
        given = list((entry.label_distribution or {}).values())
        if votes:
            given = [float(n) for n in Counter(vote.labels["article_stance"] for vote in votes).values()]
        items.append(
            Item(
                "article_stance",
                target,
                row.article_id,
                None,
                {"article_stance": entropy(given)},
                0,
                votes,
                gold={"article_stance": words(entry.label)},
                reason=words(entry.reason),
            )
        )
    return items
