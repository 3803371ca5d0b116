"""How well one annotator's labels predict another's, task by task: the human ceiling.

No system can be expected to score higher against labels of such annotators. Each figure is the mean over pairs of annotators of the
metric that the task has; all of these are the same whoever of the two is called right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from msgspec import structs
from sklearn.metrics import f1_score

from annotation.align import match_claims
from dataset.labels import Facts
from dataset.records.agreement import Ceiling, PairAgreement
from dataset.records.labels import Annotation
from dataset.records.types import Span
from dataset.rows import NO_CLAIM, sentence_kind
from dataset.scheme import Scheme

Pair = tuple[str, str]
Labels = dict[str, dict[Pair, list[tuple[str, str]]]]  # by layer and pair
OF_SENTENCES = ("sentence", "sentence_binary")
LAYERS = ("kind", "stance", "article_stance", *OF_SENTENCES)


def ceilings(
    scheme: Scheme,
    articles: Mapping[str, Sequence[Annotation]],
    facts: Mapping[str, Facts],
    pairs: Mapping[str, PairAgreement],
) -> dict[str, Ceiling]:
    """All ceilings of a corpus.

    Stances are compared where both gave the same target and it is a question, as the task has it; sentences by the label that each
    annotator's own claims would give them, claimants of claims that both marked.

    Args:
        scheme: the targets that are a question.
        articles: the annotations that make gold, by article.
        facts: of each article; where its sentences are not known, because its text is elsewhere, it says nothing of sentences.
        pairs: of ``agreement_report``.

    Returns:
        By layer, six digits; null where no pair labelled the same.
    """
    given: Labels = {layer: {} for layer in LAYERS}
    spans: dict[Pair, list[tuple[set[Any], set[Any]]]] = {}
    claimants: dict[Pair, list[tuple[Span | None, Span | None]]] = {}
    for id_, work in articles.items():
        for one, other in combinations(work, 2):
            pair = (one.annotator, other.annotator)
            for layer, labels in _labels(scheme, one, other, facts[id_].sentences or ()):
                given[layer].setdefault(pair, []).append(labels)
            if not (one.lost or other.lost):
                spans.setdefault(pair, []).append((_spans(one), _spans(other)))
            claimants.setdefault(pair, []).extend(
                (one.claims[i].claimant, other.claims[j].claimant) for i, j in match_claims(one.claims, other.claims)
            )
    found = {layer: _mean({"macro_f1": [_macro_f1(labels) for labels in given[layer].values()]}) for layer in LAYERS}
    # By characters the page of agreement has it already.
    characters = [one.span_f1_partial for one in pairs.values()]
    found["span"] = _mean({"span_f1_characters": characters, "span_f1_strict": list(map(_strict, spans.values()))})
    found["claimant"] = _mean(
        {
            "span_f1_characters": list(map(_characters, claimants.values())),
            "span_f1_strict": [_strict([({a} - {None}, {b} - {None}) for a, b in two]) for two in claimants.values()],
        }
    )
    return found


def _labels(
    scheme: Scheme, one: Annotation, other: Annotation, sentences: Iterable[tuple[int, int]]
) -> Iterable[tuple[str, tuple[str, str]]]:
    """What both say of the same thing, with its layer."""
    for i, j in match_claims(one.claims, other.claims):
        a, b = one.claims[i], other.claims[j]
        if a.kind is not None and b.kind is not None:
            yield "kind", (a.kind, b.kind)
        if a.target == b.target and a.target in scheme.questions and a.stance is not None and b.stance is not None:
            yield "stance", (a.stance, b.stance)
    for target in one.article_stance.keys() & other.article_stance.keys():
        yield "article_stance", (one.article_stance[target], other.article_stance[target])
    for place in sentences:
        first, second = _of_sentence(one, place), _of_sentence(other, place)
        if first is not None and second is not None:
            yield "sentence", (first, second)
            yield "sentence_binary", (_binary(first), _binary(second))


def _of_sentence(one: Annotation, place: tuple[int, int]) -> str | None:
    claims = sorted((claim.span, claim.kind or "") for claim in one.claims)
    return sentence_kind(place, [(span, kind or None) for span, kind in claims], one.lost or ())


def _binary(label: str) -> str:
    return label if label == NO_CLAIM else "claim"


def _spans(one: Annotation) -> set[Any]:
    return {(*claim.span, claim.kind) for claim in one.claims if claim.kind is not None}


def _macro_f1(labels: Sequence[tuple[str, str]]) -> float:
    # The same in both directions: precision and recall change places.
    return float(f1_score(*zip(*labels, strict=True), average="macro", zero_division=0.0))


def _strict(both: Iterable[tuple[set[Any], set[Any]]]) -> float | None:
    """F1 of what is in both of two sets, over all pairs of sets together."""
    pairs = list(both)
    marked = sum(len(a) + len(b) for a, b in pairs)
    return 2 * sum(len(a & b) for a, b in pairs) / marked if marked else None


def _characters(both: Iterable[tuple[Span | None, Span | None]]) -> float | None:
    shared = marked = 0
    for a, b in both:
        marked += sum(one.end - one.start for one in (a, b) if one is not None)
        if a is not None and b is not None:
            shared += max(0, min(a.end, b.end) - max(a.start, b.start))
    return 2 * shared / marked if marked else None


def _mean(scores: Mapping[str, Sequence[float | None]]) -> Ceiling:
    known = {name: [one for one in ones if one is not None] for name, ones in scores.items()}
    means = {name: round(sum(ones) / len(ones), 6) if ones else None for name, ones in known.items()}
    return structs.replace(Ceiling(pairs=max(map(len, known.values()))), **means)
