"""Which labels are compared with which: the units of each layer, by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from annotation.align import group_claims
from dataset.labels import LAYERS, LIST_OF
from dataset.records.labels import Annotation, Claim
from dataset.scheme import Scheme

ARTICLE_LAYER = "article_stance"
ALL_LAYERS = (*LAYERS, ARTICLE_LAYER)
Units = dict[str, list[list[str]]]  # by article, by unit the labels that its annotators gave


def list_of(layer: str) -> str:
    """The scheme's list that a layer takes its labels from."""
    return LIST_OF.get(layer, "article_stances")


def metric_of(scheme: Scheme, layer: str) -> str:
    """``ordinal`` where the scheme says that the list is an order, else ``nominal``."""
    return "ordinal" if list_of(layer) in scheme.ordered else "nominal"


def units_by_layer(scheme: Scheme, by_article: Mapping[str, Sequence[Annotation]]) -> dict[str, Units]:
    """The units of each layer.

    Labels of a claim are compared among the annotators who marked it (``annotation.align.group_claims``). Span F1 and α for unitizing
    measure whether they agree on what is a claim at all. An article's stances are one unit per target.

    Args:
        scheme: the targets that are a question.
        by_article: the annotations that count, one an annotator.

    Returns:
        By layer and article the labels given to each unit; labels that somebody left open are missing.
    """
    units: dict[str, Units] = {layer: {} for layer in ALL_LAYERS}
    for article, work in by_article.items():
        claims = {one.annotator: one.claims for one in work}
        marked = [[claims[name][i] for name, i in group.items()] for group in group_claims(claims)]
        for layer in LAYERS:
            votes = [[getattr(claim, layer) for claim in group] for group in marked]
            units[layer][article] = [[vote for vote in unit if vote is not None] for unit in votes]
        # A stance is toward a target: those who chose another one than most did not answer the same question.
        units["stance"][article] = [_same_target(group, scheme) for group in marked]
        units[ARTICLE_LAYER][article] = [
            [one.article_stance[target] for one in work if target in one.article_stance] for target in scheme.questions
        ]
    return units


def _same_target(claims: Sequence[Claim], scheme: Scheme) -> list[str]:
    """The stances of those who gave the target that most gave; none where no target has most votes, or it is no question.

    Toward what is no question nobody has a stance: "none" is all there is to say, and would pass for agreement.
    """
    ranked = Counter(claim.target for claim in claims if claim.target is not None).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return []
    if ranked[0][0] not in scheme.questions:
        return []
    return [claim.stance for claim in claims if claim.target == ranked[0][0] and claim.stance is not None]
